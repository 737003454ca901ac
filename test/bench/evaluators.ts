import { loadDocuments } from "../../src/compose.ts";
import { loadConfig } from "../../src/config.ts";
import type { Facts } from "../../src/domain/facts.ts";
import type { FeatureValue } from "../../src/domain/feature.ts";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import type { Evaluator } from "../../src/policy/evaluate.ts";
import { referenceEvaluator } from "../../src/policy/reference.ts";
import { compare, type Side } from "./rounds.ts";

/** The rules of card-authorization: compiled, against the real json-rules-engine. */
export async function benchEvaluators(): Promise<void> {
  const bundle = await loadDocuments(loadConfig());
  const { policy, plan } = bundle.policies.get("card-authorization")!;
  const conditions = policy.rules.map((rule) => rule.conditions);
  const values = new Map(
    plan.slots.map(({ name, type }): [string, FeatureValue] => [name, type === "boolean" ? true : 0.4]),
  );
  const facts: Facts = { value: (name) => values.get(name), state: () => "present" };
  await bundle.close();
  await compare(
    `rules: ${conditions.length} of card-authorization`,
    "µs a run",
    side("json-rules-engine", referenceEvaluator(conditions), facts, 500),
    side("compiled", compiledEvaluator(conditions), facts, 100_000),
  );
}

function side(name: string, evaluator: Evaluator, facts: Facts, runs: number): Side {
  return {
    name,
    async measure() {
      const started = performance.now();
      for (let run = 0; run < runs; run++) await evaluator.evaluate(facts);
      return ((performance.now() - started) * 1000) / runs;
    },
  };
}
