import { Engine, type Event, type NestedCondition, type RuleProperties } from "json-rules-engine";
import type { Facts } from "../domain/facts.ts";
import {
  type Condition,
  factsOf,
  isKnown,
  isMissingOperator,
  isPresentOperator,
  type Leaf,
  leaves,
  type Truth,
} from "./condition.ts";
import { type Evaluator, type Explanation, explainTree } from "./evaluate.ts";

/**
 * Evaluates through the real json-rules-engine, one engine a run (its status is per engine: two runs on one can lose
 * rules). It knows no third value, so a condition with unknown leaves runs twice, each unknown leaf replaced by the
 * constant that makes the condition less, then more likely: the same result twice is the result, else it is unknown.
 */
export function referenceEvaluator(conditions: readonly Condition[]): Evaluator {
  const facts = conditions.map((condition) => [...factsOf(condition)]);
  const whole = conditions.map((condition) => toRule(condition, keep));

  return {
    async evaluate(context) {
      const rules: RuleProperties[] = [];
      for (const [at, condition] of conditions.entries()) {
        if (facts[at]!.every((fact) => context.state(fact) === "present")) rules.push(named(whole[at]!, `${at}`));
        else {
          rules.push(named(toRule(condition, replacing(context, false)), `${at}:low`));
          rules.push(named(toRule(condition, replacing(context, true)), `${at}:high`));
        }
      }
      const fired = await run(rules, facts.flat(), context).catch(() => undefined);
      // The load checks refuse what makes the engine throw; should it throw all the same, nothing is known.
      if (fired === undefined) return conditions.map(() => "unknown");
      return conditions.map((_, at) => {
        if (fired.has(`${at}`) || fired.has(`${at}:low`)) return true;
        return fired.has(`${at}:high`) ? "unknown" : false;
      });
    },

    async explain(context) {
      const known = conditions.flatMap((condition) => [...leaves(condition)]).filter((leaf) => isKnown(leaf, context));
      const rules = known.map((leaf, at) => named(toRule(leaf, keep), `${at}`));
      const fired = await run(rules, facts.flat(), context).catch(() => undefined);
      const truths = new Map<Leaf, Truth>(known.map((leaf, at) => [leaf, fired?.has(`${at}`) ?? "unknown"]));
      return conditions.map(
        (condition): Explanation => explainTree(condition, context, (leaf) => truths.get(leaf) ?? "unknown"),
      );
    },
  };
}

type ReplaceLeaf = (leaf: Leaf, negated: boolean) => NestedCondition;

/** json-rules-engine itself would take `null` and objects for a fact's value; ours are scalars, so a path leads nowhere. */
const pathResolver = (value: unknown, path: string): unknown => {
  let current = value;
  for (const step of path.replace(/^\$\.?/, "").split(".")) {
    if (step === "") continue;
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
};

/** A fact that is always true; no feature can have its name. */
const constantFact = "$true";

async function run(
  rules: readonly RuleProperties[],
  facts: readonly string[],
  context: Facts,
): Promise<ReadonlySet<string>> {
  const engine = new Engine([...rules], { allowUndefinedFacts: true, pathResolver });
  engine.addOperator<unknown, boolean>(isMissingOperator, (actual, expected) => (actual === undefined) === expected);
  engine.addOperator<unknown, boolean>(isPresentOperator, (actual, expected) => (actual !== undefined) === expected);
  engine.addFact(constantFact, true);
  for (const fact of new Set(facts)) {
    const value = context.value(fact);
    if (value !== undefined) engine.addFact(fact, value);
  }
  const { results } = await engine.run();
  return new Set(results.map(({ name }) => name));
}

const event: Event = { type: "fired" };

function named(rule: RuleProperties, name: string): RuleProperties {
  return { ...rule, name };
}

function toRule(condition: Condition, replace: ReplaceLeaf): RuleProperties {
  return { conditions: { all: [toEngine(condition, replace, false)] }, event };
}

function toEngine(condition: Condition, replace: ReplaceLeaf, negated: boolean): NestedCondition {
  switch (condition.kind) {
    case "leaf":
      return replace(condition, negated);
    case "not":
      return { not: toEngine(condition.child, replace, !negated) };
    case "all":
      return { all: condition.children.map((child) => toEngine(child, replace, negated)) };
    case "any":
      return { any: condition.children.map((child) => toEngine(child, replace, negated)) };
  }
}

const keep: ReplaceLeaf = ({ fact, operator, value, valueFact, path }) => ({
  fact,
  operator,
  value: valueFact === undefined ? value : { fact: valueFact },
  ...(path === undefined ? {} : { path }),
});

/** Keeps known leaves; gives unknown ones the constant that makes the whole more (`likely`) or less likely. */
function replacing(context: Facts, likely: boolean): ReplaceLeaf {
  return (leaf, negated) =>
    isKnown(leaf, context) ? keep(leaf, negated) : { fact: constantFact, operator: "equal", value: likely !== negated };
}
