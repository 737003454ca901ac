import type { Plan, PlanNode } from "../features/plan.ts";
import type { CompiledPolicy } from "./compile.ts";

/** A fetch, expression or model, and what it waits for. */
export interface GraphNode {
  readonly name: string;
  /** The kind of its source, `derived` or `model`. */
  readonly kind: string;
  /** Steps it waits for. */
  readonly after: readonly string[];
  /** Features of the event that it needs. */
  readonly fromEvent: readonly string[];
  readonly gives: readonly string[];
  /** Steps one after the other until it can end, itself included. */
  readonly depth: number;
  /** Of a fetch. */
  readonly timeoutMs: number | undefined;
  /** The gate needs it. */
  readonly gate: boolean;
}

/** What a policy fetches and computes, and what each step waits for. */
export interface PolicyGraph {
  readonly policy: string;
  readonly nodes: readonly GraphNode[];
  /** The most fetches that follow one after the other. */
  readonly longestChain: number;
}

export function graphOf({ policy, plan, gateNodes }: CompiledPolicy): PolicyGraph {
  const depths: number[] = [];
  const fetches: number[] = [];
  const nodes = plan.nodes.map((node, at): GraphNode => {
    const before = producersOf(plan, node);
    depths[at] = 1 + Math.max(0, ...before.map((each) => depths[each]!));
    fetches[at] = (node.kind === "source" ? 1 : 0) + Math.max(0, ...before.map((each) => fetches[each]!));
    return {
      name: node.name,
      kind: node.sourceKind ?? node.kind,
      after: before.map((each) => plan.nodes[each]!.name),
      fromEvent: [...new Set(node.inputs)]
        .filter((slot) => plan.producer[slot] === -1)
        .map((slot) => plan.slots[slot]!.name),
      gives: node.outputs.map((slot) => plan.slots[slot]!.name),
      depth: depths[at],
      timeoutMs: node.kind === "source" ? node.timeoutMs : undefined,
      gate: gateNodes.has(at),
    };
  });
  return { policy: policy.id, nodes, longestChain: Math.max(0, ...fetches) };
}

/** The nodes that a node waits for; all of them stand before it. */
function producersOf(plan: Plan, { inputs }: PlanNode): number[] {
  return [...new Set(inputs.map((slot) => plan.producer[slot]!))].filter((at) => at >= 0);
}
