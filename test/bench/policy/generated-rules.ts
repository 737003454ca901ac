import type { FeatureType, FeatureValue } from "../../../src/domain/feature.ts";
import { createRandom, type Random } from "../../../src/simulate/random.ts";

/** A comparison, as json-rules-engine and our policies write it. */
export interface GeneratedLeaf {
  readonly fact: string;
  readonly operator: "greaterThan" | "greaterThanInclusive" | "lessThan" | "lessThanInclusive" | "equal" | "in";
  readonly value: FeatureValue | readonly string[];
}

export interface GeneratedRule {
  readonly name: string;
  /** Three comparisons: all of them, or in every fifth rule the first and one of the others. */
  readonly conditions: { readonly all: (GeneratedLeaf | { readonly any: GeneratedLeaf[] })[] };
  readonly event: { readonly type: string };
}

/** The facts of one event. */
export type FactValues = Readonly<Record<string, FeatureValue>>;

/** Strictest first. */
export const outcomes = ["decline", "review", "approve"] as const;

/** Numbers are drawn evenly from 0 to a most, texts evenly from their list. */
type FactSpec =
  | { readonly type: "double" | "integer"; readonly most: number }
  | { readonly type: "string"; readonly texts: readonly string[] }
  | { readonly type: "boolean" };

const factSpecs: Readonly<Record<string, FactSpec>> = {
  amount: { type: "double", most: 2000 },
  amount_to_usual: { type: "double", most: 10 },
  customer_avg_amount_30d: { type: "double", most: 400 },
  customer_max_amount_7d: { type: "double", most: 1500 },
  terminal_risk_7d: { type: "double", most: 1 },
  device_risk: { type: "double", most: 1 },
  address_risk: { type: "double", most: 1 },
  distance_from_home_km: { type: "double", most: 5000 },
  card_fraud_score: { type: "double", most: 1 },
  customer_tx_count_1d: { type: "integer", most: 20 },
  customer_tx_count_30d: { type: "integer", most: 200 },
  account_age_days: { type: "integer", most: 3650 },
  failed_logins_1d: { type: "integer", most: 10 },
  devices_30d: { type: "integer", most: 8 },
  country: { type: "string", texts: ["AT", "BE", "BR", "CH", "DE", "ES", "FR", "GB", "IT", "NL", "PL", "US"] },
  channel: { type: "string", texts: ["chip", "contactless", "online", "phone", "swipe"] },
  currency: { type: "string", texts: ["BRL", "CHF", "EUR", "GBP", "PLN", "USD"] },
  merchant_category: { type: "string", texts: ["4829", "5311", "5411", "5732", "5812", "5944", "6011", "7995"] },
  is_new_device: { type: "boolean" },
  is_new_payee: { type: "boolean" },
};

export const factTypes: ReadonlyMap<string, FeatureType> = new Map(
  Object.entries(factSpecs).map(([name, { type }]) => [name, type]),
);

/** Always the same rules for the same count. */
export function generateRules(count: number): GeneratedRule[] {
  const random = createRandom(count, 1);
  const names = Object.keys(factSpecs);
  return Array.from({ length: count }, (_, at) => {
    const facts = new Set<string>();
    while (facts.size < 3) facts.add(pick(random, names));
    const [first, ...others] = [...facts].map((fact) => leafOf(fact, factSpecs[fact]!, random));
    return {
      name: `rule-${at}`,
      conditions: { all: at % 5 === 4 ? [first!, { any: others }] : [first!, ...others] },
      event: { type: random() < 0.3 ? outcomes[0] : outcomes[1] },
    };
  });
}

/** By rule: the outcome it asks for. */
export function typesOf(rules: readonly GeneratedRule[]): ReadonlyMap<string, string> {
  return new Map(rules.map(({ name, event }) => [name, event.type]));
}

/** Always the same facts. */
export function generateFacts(count: number): FactValues[] {
  const random = createRandom(count, 2);
  return Array.from({ length: count }, () =>
    Object.fromEntries(Object.entries(factSpecs).map(([name, spec]) => [name, exampleOf(spec, random)])),
  );
}

const upward = ["greaterThan", "greaterThanInclusive"] as const;
const downward = ["lessThan", "lessThanInclusive"] as const;

/** Rules look for the unusual: a comparison of numbers holds for 2 to 40 % of events. */
function leafOf(fact: string, spec: FactSpec, random: Random): GeneratedLeaf {
  if (spec.type === "boolean") return { fact, operator: "equal", value: random() < 0.8 };
  if (spec.type === "string") {
    if (random() < 0.5) return { fact, operator: "equal", value: pick(random, spec.texts) };
    const members = new Set(Array.from({ length: 4 }, () => pick(random, spec.texts)));
    return { fact, operator: "in", value: [...members] };
  }
  const share = 0.02 + 0.38 * random();
  const isUpward = random() < 0.7;
  const limit = spec.most * (isUpward ? 1 - share : share);
  const value = spec.type === "integer" ? Math.round(limit) : Number(limit.toPrecision(3));
  return { fact, operator: pick(random, isUpward ? upward : downward), value };
}

function exampleOf(spec: FactSpec, random: Random): FeatureValue {
  if (spec.type === "boolean") return random() < 0.2;
  if (spec.type === "string") return pick(random, spec.texts);
  const value = spec.most * random();
  return spec.type === "integer" ? Math.floor(value) : value;
}

function pick<Item>(random: Random, items: readonly Item[]): Item {
  return items[Math.floor(random() * items.length)]!;
}
