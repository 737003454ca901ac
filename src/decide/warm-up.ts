import type { FeatureType, FeatureValue } from "../domain/feature.ts";
import { Context } from "../features/context.ts";
import type { Bundle } from "./bundle.ts";
import type { CompiledPolicy } from "./compile.ts";
import { resolve } from "./resolve.ts";

/** Any value of each type: what it leads to does not matter. */
const samples: Readonly<Record<FeatureType, readonly [FeatureValue, FeatureValue]>> = {
  double: [0.5, 1e6],
  integer: [1, 1_000_000],
  string: ["a", "b"],
  boolean: [true, false],
  timestamp: [0, 1],
};

const passes = { most: 100, least: 15, rules: 20_000 };

/**
 * Decides made-up events with every policy of a bundle, so that its first decisions are not the ones that wait until the
 * machine's compiler has seen the rules. Gives way to decisions that go on meanwhile.
 */
export async function warmUp({ policies }: Pick<Bundle, "policies">): Promise<void> {
  for (const compiled of policies.values()) {
    const count = Math.ceil(passes.rules / Math.max(1, compiled.policy.rules.length));
    for (let pass = 0; pass < Math.min(passes.most, Math.max(passes.least, count)); pass++) {
      await decideSample(compiled, pass);
      await new Promise((resume) => setImmediate(resume));
    }
  }
}

/** Features arrive in halves, as they do when a decision may settle early. */
async function decideSample({ policy, plan, rules, settlement }: CompiledPolicy, pass: number): Promise<void> {
  const context = new Context(plan.slots, plan.index, { occurredAtMs: 0, lists: { has: () => false } });
  const evaluation = rules.begin(context);
  for (const half of [0, 1]) {
    settlement(context, await evaluation.update());
    for (const [slot, { type }] of plan.slots.entries())
      if (slot % 2 === half) context.set(slot, samples[type][(slot + pass) % 2]!);
  }
  await evaluation.update();
  // And all at once, as in a decision that waits for everything.
  const truths = await rules.evaluate(context);
  settlement(context, truths);
  resolve(policy, context, truths);
}
