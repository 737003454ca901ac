import { Engine, type RuleProperties } from "json-rules-engine";
import { follow, parsePath } from "../../../src/domain/path.ts";
import { compiledEvaluator } from "../../../src/policy/compile.ts";
import { referenceEvaluator } from "../../../src/policy/reference.ts";
import { registerOperators } from "../../../src/policy/register-operators.ts";
import { type FactTable, factsOf, slotOf } from "../support/facts.ts";
import { load } from "../support/policies.ts";
import type { Pair } from "./pair.ts";

const lists = { listed: ["a", "1", ""] };
const evaluators = { compiled: compiledEvaluator, reference: referenceEvaluator };

/**
 * Where an evaluator and json-rules-engine, given the document itself, find different rules to hold; undefined where they agree.
 * @throws if the document does not load: only documents that do are compared.
 */
export async function disagreement({ document, facts }: Pair): Promise<string | undefined> {
  const { rules } = load(document);
  const table = Object.fromEntries(Object.entries(facts).map(([name, value]) => [name, { value }])) as FactTable;
  const expected = await firedByEngine({ document, facts });
  for (const [kind, makeEvaluator] of Object.entries(evaluators)) {
    const { evaluate } = makeEvaluator(
      rules.map(({ conditions }) => conditions),
      slotOf,
    );
    const truths = await evaluate(factsOf(table, lists));
    const fired = rules.filter((_, at) => truths[at] === true).map(({ name }) => name);
    if (truths.includes("unknown")) return `${kind} does not know, though all facts are there: ${truths}`;
    if (fired.sort().join() !== expected.join()) return `json-rules-engine fires ${expected}, ${kind} ${fired}`;
  }
  return undefined;
}

async function firedByEngine({ document, facts }: Pair): Promise<readonly string[]> {
  const rules = document.rules as (RuleProperties & { mode?: string })[];
  const engine = new Engine(
    rules.filter(({ mode }) => mode !== "off"),
    { pathResolver: (value: unknown, path: string) => follow(value, parsePath(path)!) },
  );
  registerOperators(engine, (list, value) => lists[list as "listed"]?.includes(String(value)));
  for (const [name, condition] of Object.entries(document.conditions as object)) engine.setCondition(name, condition);
  for (const [name, value] of Object.entries(facts)) engine.addFact(name, value);
  const { results } = await engine.run();
  return results.map(({ name }) => name).sort();
}
