import type { CompiledPolicy } from "../decide/compile.ts";
import { nodesFor, type Plan } from "../features/plan.ts";
import { factsOf } from "../policy/condition.ts";
import { table } from "./demo/table.ts";

/** What one part of a policy makes every decision fetch and score. */
export interface Needs {
  /** A rule's name, `gate`, or `score NAME`: bands and onMissing want the score, whatever rules do. */
  readonly by: string;
  readonly sources: readonly Need[];
  readonly models: readonly Need[];
}

interface Need {
  readonly name: string;
  /** Nothing else of the policy needs it. */
  readonly alone: boolean;
}

/** What each part of a policy needs, directly or through keys, expressions and models. */
export function needsOf({ policy, plan }: CompiledPolicy): readonly Needs[] {
  const parts = [
    ...(policy.gate === undefined ? [] : [{ by: "gate", facts: factsOf(policy.gate.conditions) }]),
    ...policy.scores.map(({ feature }) => ({ by: `score ${feature}`, facts: new Set([feature]) })),
    ...policy.rules.map(({ name, facts, rollout }) => ({
      by: name,
      facts: new Set(rollout === undefined ? facts : [...facts, rollout.by]),
    })),
  ].map(({ by, facts }) => ({ by, nodes: nodesFor(plan, facts) }));
  const users = (node: number) => parts.filter(({ nodes }) => nodes.has(node)).length;
  const needs = (nodes: ReadonlySet<number>, kind: Plan["nodes"][number]["kind"]) =>
    [...nodes]
      .filter((at) => plan.nodes[at]!.kind === kind)
      .map((at): Need => ({ name: plan.nodes[at]!.name, alone: users(at) === 1 }))
      .sort((left, right) => (left.name < right.name ? -1 : 1));
  return parts.map(({ by, nodes }) => ({ by, sources: needs(nodes, "source"), models: needs(nodes, "model") }));
}

/** The needs as a table; a star marks what only that row needs. */
export function renderNeeds(policy: string, needs: readonly Needs[]): string {
  const shown = (list: readonly Need[]) => list.map(({ name, alone }) => (alone ? `${name}*` : name)).join(", ") || "–";
  const rows = needs.map(({ by, sources, models }) => [by, shown(sources), shown(models)]);
  const made = table(
    [
      [policy, "left"],
      ["sources", "left"],
      ["models", "left"],
    ],
    rows,
  );
  const starred = needs.some(({ sources, models }) => [...sources, ...models].some(({ alone }) => alone));
  return `${made}\n${starred ? "  * needed by nothing else in the policy\n" : ""}`;
}
