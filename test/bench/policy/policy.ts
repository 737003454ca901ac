import { costOf } from "../cost.ts";
import { printTable } from "../print-table.ts";
import { type Costs, inTurn, median, times } from "../rounds.ts";
import { checkAgreement } from "./agreement.ts";
import { type FactValues, factTypes, generateFacts, generateRules } from "./generated-rules.ts";
import { engineForEachRun, reusedEngine } from "./json-rules-engine.ts";
import { benchManyRules } from "./many-rules.ts";
import { writePolicy } from "./ours.ts";
import { benchShippedPolicy } from "./shipped.ts";
import { zenEngine } from "./zen-engine.ts";

const sizes = [10, 30, 100, 1000];
const events = 400;
const rounds = 5;

/** Rules against json-rules-engine and zen-engine: the same rules, the same events, the same answers. */
export async function benchPolicy(): Promise<void> {
  const facts = generateFacts(events);
  process.stdout.write(
    `policy: rules of 3 comparisons over ${factTypes.size} features, ${events} events in turn; µs of the processor, median of ${rounds} rounds\n`,
  );
  const costs: SizeCosts[] = [];
  for (const size of sizes) costs.push(await measureSize(size, facts));
  process.stdout.write(
    "outcome and fired rules; how often as fast (all give the same answers; ≥ 250× and ≥ 50× wanted at 30)\n",
  );
  printTable(
    ["rules", "fired", "json-rules-engine", "one a run", "zen-engine", "verdict", "ns a rule", "than json", "than zen"],
    costs.map(({ size, fired, json, jsonEach, zen, ours }) => [
      `${size}`,
      fired.toFixed(1),
      ...[json, jsonEach, zen, ours].map(shown),
      ((median(ours) * 1000) / size).toFixed(0),
      times(json, ours),
      times(zen, ours),
    ]),
  );
  process.stdout.write(
    "the tree of every rule, against json-rules-engine (≥ 20× wanted); what a decision adds to the above\n",
  );
  printTable(
    ["rules", "tree", "than json", "filling a context", "reasons, points, bands"],
    costs.map(({ size, json, tree, fill, resolve }) => [
      `${size}`,
      shown(tree),
      times(json, tree),
      shown(fill),
      shown(resolve),
    ]),
  );
  await benchManyRules(facts);
  await benchShippedPolicy();
}

type SizeCosts = Awaited<ReturnType<typeof measureSize>>;

async function measureSize(size: number, facts: readonly FactValues[]) {
  const rules = generateRules(size);
  const files = await writePolicy(rules);
  const ours = await files.load();
  const json = reusedEngine(rules);
  const zen = zenEngine(rules);
  try {
    const contexts = facts.map(ours.fill);
    const mine = { engine: ours, inputs: contexts };
    const fired = await checkAgreement(mine, { engine: json, inputs: facts });
    await checkAgreement(mine, { engine: zen, inputs: facts });
    const costs = await inTurn(
      {
        json: await costOf(facts, json.decide),
        jsonEach: await costOf(facts, engineForEachRun(rules).decide),
        zen: await costOf(facts, zen.decide, zen.inFlight),
        ours: await costOf(contexts, ours.decide),
        tree: await costOf(contexts, ours.explain),
        fill: await costOf(facts, ours.fill),
        resolve: await costOf(contexts.map(ours.evaluate), ours.resolve),
      },
      rounds,
    );
    return { size, fired, ...costs };
  } finally {
    zen.close();
    await files.remove();
  }
}

function shown(costs: Costs): string {
  const cost = median(costs);
  return cost.toFixed(cost < 10 ? 2 : 0);
}
