import type { FeatureValue } from "../../../src/domain/feature.ts";
import { createRandom } from "../../../src/simulate/random.ts";
import { costOf } from "../cost.ts";
import { inTurn, median, times } from "../rounds.ts";
import { checkAgreement } from "./agreement.ts";
import type { FactValues } from "./generated-rules.ts";
import { shippedPolicy } from "./ours.ts";

const events = 400;
const rounds = 5;

/** The rules of card-authorization, compiled and by the real json-rules-engine (`evaluator: "reference"`). */
export async function benchShippedPolicy(): Promise<void> {
  const [compiled, reference] = [
    await shippedPolicy("card-authorization", "compiled"),
    await shippedPolicy("card-authorization", "reference"),
  ];
  const random = createRandom(1, 1);
  const facts = Array.from(
    { length: events },
    (): FactValues =>
      Object.fromEntries(
        compiled.slots.map(({ name, type }): [string, FeatureValue] => [name, exampleOf(type, random())]),
      ),
  );
  const contexts = { compiled: facts.map(compiled.fill), reference: facts.map(reference.fill) };
  await checkAgreement(
    { engine: compiled, inputs: contexts.compiled },
    { engine: reference, inputs: contexts.reference },
  );
  const costs = await inTurn(
    {
      reference: await costOf(contexts.reference, reference.decide),
      compiled: await costOf(contexts.compiled, compiled.decide),
    },
    rounds,
  );
  process.stdout.write(
    `card-authorization, ${compiled.rules} rules: json-rules-engine ${median(costs.reference).toFixed(0)} µs, verdict ${median(costs.compiled).toFixed(2)} µs: ${times(costs.reference, costs.compiled)}\n`,
  );
}

/** Numbers over several sizes, so that some reach the rules' limits and some do not. */
function exampleOf(type: string, share: number): FeatureValue {
  if (type === "boolean") return share < 0.5;
  if (type === "string") return `text-${Math.floor(share * 10)}`;
  const value = 1000 ** share - 1;
  return type === "double" ? value : Math.floor(value);
}
