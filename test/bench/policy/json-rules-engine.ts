import { Engine, type RuleProperties } from "json-rules-engine";
import { type FactValues, type GeneratedRule, typesOf } from "./generated-rules.ts";
import { type RulesEngine, verdictOf } from "./verdict.ts";

/** One engine for all runs: the fastest way to use it, and right as long as no two runs overlap. */
export function reusedEngine(rules: readonly GeneratedRule[]): RulesEngine<FactValues> {
  const engine = engineOf(rules);
  return sideOf("json-rules-engine", rules, (facts) => engine.run(facts));
}

/** An engine a run, as it takes where runs may overlap: its status is per engine. */
export function engineForEachRun(rules: readonly GeneratedRule[]): RulesEngine<FactValues> {
  return sideOf("(an engine a run)", rules, (facts) => engineOf(rules).run(facts));
}

/** No rule has a path. */
const pathResolver = (value: unknown): unknown => value;

function engineOf(rules: readonly GeneratedRule[]): Engine {
  return new Engine(rules as RuleProperties[], { pathResolver });
}

function sideOf(
  name: string,
  rules: readonly GeneratedRule[],
  run: (facts: FactValues) => ReturnType<Engine["run"]>,
): RulesEngine<FactValues> {
  const typeOf = typesOf(rules);
  return {
    name,
    async decide(facts) {
      const { results } = await run(facts);
      return verdictOf(
        results.map((result) => result.name),
        typeOf,
      );
    },
  };
}
