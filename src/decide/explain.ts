import type { DecisionExplanation, ExplainedFeature } from "../domain/decision.ts";
import { Missing } from "../domain/feature.ts";
import type { NodeTiming } from "../features/fetch.ts";
import type { Plan } from "../features/plan.ts";
import type { Admitted } from "./admit.ts";

/** Every feature with its value, state and origin, and every rule's tree with actual values and truths. */
export async function explain(
  { compiled, context }: Admitted,
  timings: readonly NodeTiming[],
): Promise<DecisionExplanation> {
  const { plan, policy } = compiled;
  const bucketed = bucketedSlots(plan, timings);
  const features = plan.slots.map(({ name, type }, slot): [string, ExplainedFeature] => {
    const value = context.at(slot);
    return [
      name,
      {
        type,
        value: value instanceof Missing ? undefined : value,
        state: context.state(name),
        origin: originOf(plan, slot),
        missing: context.missing(slot),
        ...(bucketed.has(slot) ? { bucketed: true } : {}),
      },
    ];
  });
  const trees = await compiled.rules.explain(context);
  const rules = policy.rules.map(({ name, mode, outcome }, at) => [name, { mode, outcome, ...trees[at]! }] as const);
  const gate = await compiled.gate?.explain(context);
  return {
    features: Object.fromEntries(features),
    rules: Object.fromEntries(gate === undefined ? rules : [["gate", { mode: "gate", ...gate[0]! }], ...rules]),
  };
}

/** The features whose values are approximate, because their windows hold events that are no longer kept one by one. */
function bucketedSlots({ nodes }: Plan, timings: readonly NodeTiming[]): ReadonlySet<number> {
  return new Set(
    timings.flatMap(({ node, answer }) => (answer?.bucketed ?? []).map((index) => nodes[node]!.outputs[index]!)),
  );
}

function originOf(plan: Plan, slot: number): string {
  const node = plan.nodes[plan.producer[slot]!];
  if (node === undefined) return "event";
  if (node.list !== undefined) return `list ${node.list}`;
  return node.kind === "derived" ? "derived" : node.kind === "model" ? "model" : node.name;
}
