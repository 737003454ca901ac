import { Engine, type Event, type NestedCondition, type RuleProperties } from "json-rules-engine";
import type { Facts } from "../domain/facts.ts";
import type { FeatureValue } from "../domain/feature.ts";
import { follow, parsePath } from "../domain/path.ts";
import {
  type Condition,
  factsOf,
  inListOperator,
  isKnown,
  type Leaf,
  leaves,
  reasonsAsked,
  type Truth,
} from "./condition.ts";
import { type Explanation, explainTree, type MakeEvaluator } from "./evaluate.ts";
import { registerOperators } from "./register-operators.ts";

/**
 * Evaluates through the real json-rules-engine, one engine a run (its status is per engine: two runs on one can lose
 * rules). It knows no third value, so a condition with unknown leaves runs twice, each unknown leaf replaced by the
 * constant that makes the condition less, then more likely: the same result twice is the result, else it is unknown.
 */
export const referenceEvaluator: MakeEvaluator = (conditions) => {
  const whole = conditions.map((condition) => ({
    facts: [...factsOf(condition)],
    rule: toRule(condition, keep),
    known: [...leaves(condition)],
  }));

  /** The truths of some conditions, by their places. */
  const evaluate = async (places: readonly number[], context: Facts): Promise<readonly Truth[]> => {
    const rules: RuleProperties[] = [];
    for (const at of places) {
      const { known, rule } = whole[at]!;
      if (known.every((leaf) => isKnown(leaf, context))) rules.push(named(rule, `${at}`));
      else {
        rules.push(named(toRule(conditions[at]!, replacing(context, false)), `${at}:low`));
        rules.push(named(toRule(conditions[at]!, replacing(context, true)), `${at}:high`));
      }
    }
    const read = places.flatMap((at) => whole[at]!.facts);
    const fired = await run(rules, read, context).catch(() => undefined);
    // The load checks refuse what makes the engine throw; should it throw all the same, nothing is known.
    if (fired === undefined) return places.map(() => "unknown");
    return places.map((at) => {
      if (fired.has(`${at}`) || fired.has(`${at}:low`)) return true;
      return fired.has(`${at}:high`) ? "unknown" : false;
    });
  };

  return {
    begin(context) {
      const truths: Truth[] = conditions.map(() => "unknown");
      return {
        async update() {
          const open = [...truths.keys()].filter((at) => truths[at] === "unknown");
          for (const [index, truth] of (await evaluate(open, context)).entries()) truths[open[index]!] = truth;
          return truths;
        },
      };
    },

    evaluate: (context) => evaluate([...conditions.keys()], context),

    async explain(context) {
      const known = whole.flatMap((each) => each.known).filter((leaf) => isKnown(leaf, context));
      const rules = known.map((leaf, at) => named(toRule(leaf, keep), `${at}`));
      const read = whole.flatMap(({ facts }) => facts);
      const fired = await run(rules, read, context).catch(() => undefined);
      const truths = new Map<Leaf, Truth>(known.map((leaf, at) => [leaf, fired?.has(`${at}`) ?? "unknown"]));
      return conditions.map(
        (condition): Explanation => explainTree(condition, context, (leaf) => truths.get(leaf) ?? "unknown"),
      );
    },
  };
};

type ReplaceLeaf = (leaf: Leaf, negated: boolean) => NestedCondition;

/** Never the one that comes with json-rules-engine: that runs code in paths, and keeps each path for ever. */
const pathResolver = (value: unknown, path: string): unknown => follow(value, parsePath(path) ?? []);

/** A fact that is always true; no feature can have its name. */
const constantFact = "$true";

/** A fact that is why another is missing; no feature can have its name. */
const reasonOf = (fact: string) => `$reason:${fact}`;

async function run(
  rules: readonly RuleProperties[],
  facts: readonly string[],
  context: Facts,
): Promise<ReadonlySet<string>> {
  const engine = new Engine([...rules], { allowUndefinedFacts: true, pathResolver });
  registerOperators(engine, (list, value) => context.isListed(list, value as FeatureValue));
  engine.addFact(constantFact, true);
  for (const fact of new Set(facts)) {
    const value = context.value(fact);
    if (value !== undefined) engine.addFact(fact, value);
    const reason = context.reason(fact);
    if (reason !== undefined) engine.addFact(reasonOf(fact), reason);
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

const keep: ReplaceLeaf = ({ fact, operator, value, valueFact, valuePath, path, membership }) => {
  const reasons = reasonsAsked({ operator, value });
  if (reasons !== undefined) return { fact: reasonOf(fact), operator: "in", value: reasons };
  if (membership !== undefined) return { fact: membership, operator: "equal", value: operator === inListOperator };
  const other = { fact: valueFact, ...(valuePath === undefined ? {} : { path: valuePath }) };
  return {
    fact,
    operator,
    value: valueFact === undefined ? value : other,
    ...(path === undefined ? {} : { path }),
  };
};

/** Keeps known leaves; gives unknown ones the constant that makes the whole more (`likely`) or less likely. */
function replacing(context: Facts, likely: boolean): ReplaceLeaf {
  return (leaf, negated) =>
    isKnown(leaf, context) ? keep(leaf, negated) : { fact: constantFact, operator: "equal", value: likely !== negated };
}
