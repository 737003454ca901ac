import fc from "fast-check";
import type { Problem } from "../../../src/documents/problem.ts";
import { loadPolicy } from "../../../src/policy/load-policy.ts";
import type { Policy } from "../../../src/policy/policy.ts";
import { featureNames, featureTypes, scalar } from "./facts.ts";

/** A policy's document, as analysts write it. */
export type Document = Readonly<Record<string, unknown>>;

const fact = fc.constantFrom(...featureNames);
const text = fc.constantFrom("country", "code");
const list = fc.array(scalar, { maxLength: 4 });
const otherFact = fact.map((name) => ({ fact: name }));
const number = fc.constantFrom(-1, 0, 0.5, 1, 2, 10, Number.MAX_VALUE);
const plainDecorator = fc.constantFrom("not:", "someFact:", "everyFact:", "swap:");
const prefix = fc.array(plainDecorator, { minLength: 1, maxLength: 3 }).map((parts) => parts.join(""));
const comparison = fc.constantFrom("lessThan", "lessThanInclusive", "greaterThan", "greaterThanInclusive");
const equality = fc.constantFrom("equal", "notEqual", "contains", "doesNotContain");

/** Operators that json-rules-engine lacks, asked of features of their types. */
const custom = fc.oneof(
  fc.record({ fact: text, operator: fc.constantFrom("inList", "notInList"), value: fc.constant("listed") }),
  fc.record({
    fact: text,
    operator: fc.constantFrom("startsWith", "not:startsWith"),
    value: fc.constantFrom("a", "1"),
  }),
  fc.record({
    fact: text,
    operator: fc.constant("someValue:startsWith"),
    value: fc.array(fc.constantFrom("a", "b", "1"), { maxLength: 3 }),
  }),
  fc.record({ fact: text, operator: fc.constant("startsWith"), value: text.map((name) => ({ fact: name })) }),
  fc.record({ fact: text, operator: fc.constant("matches"), value: fc.constantFrom("^a", "[0-9]", "^$", "a|b$") }),
  fc.record({
    fact: fc.constantFrom("amount", "count"),
    operator: fc.constantFrom("between", "not:between"),
    value: fc.constantFrom([0, 1], [1, 1], [-5, 0.5]),
  }),
  fc.record({
    fact: text,
    operator: fc.constant("withinKm"),
    value: fc.constant({ latitude: 52.5, longitude: 13.4, km: 100 }),
  }),
  fc.record({
    fact: fc.constant("since"),
    operator: fc.constantFrom("before", "after"),
    value: fc.constantFrom("1970-01-01", "2026-11-01T00:00:00Z"),
  }),
  fc.record({
    fact: fc.constant("since"),
    operator: fc.constant("timeOfDayBetween"),
    value: fc.constantFrom({ from: "22:00", to: "06:00", zone: "Europe/Berlin" }, { from: "00:00", to: "00:01" }),
  }),
  fc.record({
    fact: fc.constant("since"),
    operator: fc.constant("dayOfWeekIn"),
    value: fc.constantFrom({ days: ["thu"] }, { days: ["sat", "sun"], zone: "America/New_York" }),
  }),
);

export const leaf = fc.oneof(
  fc.record({ fact, operator: equality, value: fc.oneof(scalar, otherFact, fc.constant(null), list) }),
  fc.record({ fact, operator: comparison, value: fc.oneof(number, otherFact) }),
  fc.record({ fact, operator: fc.constantFrom("in", "notIn", "not:in", "not:not:notIn"), value: list }),
  fc.record({ fact, operator: fc.constantFrom("isMissing", "isPresent"), value: fc.boolean() }),
  fc.record({
    fact,
    operator: fc.constant("isMissing"),
    value: fc.constantFrom("timeout", "error", ["timeout", "not_found"], ["null"]),
  }),
  custom,
  decorated(prefix, fc.oneof(scalar, otherFact, list)),
  decorated(
    fc
      .tuple(
        fc.constantFrom("", "not:"),
        fc.constantFrom("someValue:", "everyValue:"),
        fc.oneof(fc.constant(""), prefix),
      )
      .map((parts) => parts.join("")),
    fc.array(fc.oneof(scalar, list), { maxLength: 4 }),
  ),
  fc.record({ fact, operator: fc.constant("equal"), value: scalar, path: fc.constantFrom("$.a", "$", "x.y", "") }),
);

function decorated(decorators: fc.Arbitrary<string>, value: fc.Arbitrary<unknown>): fc.Arbitrary<object> {
  const operator = fc.tuple(decorators, fc.oneof(comparison, equality)).map((parts) => parts.join(""));
  return fc.record({ fact, operator, value });
}

const labels = fc.record(
  { name: fc.constant("a label"), priority: fc.integer({ min: 1, max: 5 }) },
  { requiredKeys: [] },
);

/** all, any, not and shared conditions over the leaves. */
function tree(leaves: fc.Arbitrary<object>, shared: readonly string[]): fc.Arbitrary<object> {
  const use = shared.length === 0 ? [] : [fc.constantFrom(...shared).map((condition) => ({ condition }))];
  const { node } = fc.letrec<{ node: object }>((tie) => {
    const children = fc.array(fc.oneof({ depthSize: "small" }, leaves, tie("node")), { minLength: 1, maxLength: 3 });
    return {
      node: fc.oneof(
        { depthSize: "small" },
        ...use,
        fc.tuple(labels, children).map(([label, all]) => ({ ...label, all })),
        fc.tuple(labels, children).map(([label, any]) => ({ ...label, any })),
        fc.tuple(labels, fc.oneof(leaves, tie("node"))).map(([label, not]) => ({ ...label, not })),
      ),
    };
  });
  return node;
}

const sharedNames = ["first", "second"];
export const outcomes = ["decline", "review", "approve"];
const outcome = fc.constantFrom(...outcomes);
// Tenths, whose sums depend on their order in floating point.
const points = fc.integer({ min: 0, max: 9 }).map((tenths) => tenths / 10);
const band = fc.record({ gte: fc.integer({ min: 0, max: 20 }).map((tenths) => tenths / 10), outcome });

function ruleOf(conditions: fc.Arbitrary<object>): fc.Arbitrary<Document> {
  return fc.record(
    {
      mode: fc.constantFrom("live", "live", "live", "shadow", "off"),
      onUnknown: fc.constantFrom("fire", "ignore"),
      rollout: fc.record({ percent: fc.constantFrom(0, 50, 100), by: text }),
      conditions,
      priority: fc.integer({ min: 1, max: 5 }),
      event: fc.oneof(
        fc.record({ type: outcome, params: fc.record({ points }) }),
        fc.record({ type: outcome, params: fc.constant({ reason: "R" }) }),
        fc.record({ type: fc.constant("points"), params: fc.record({ points }) }),
      ),
    },
    { requiredKeys: ["conditions", "event"] },
  );
}

/** The name of the score that generated policies have. */
export const scoreName = "score";

export interface PolicyShape {
  readonly leaf?: fc.Arbitrary<object>;
  readonly rules?: fc.ArrayConstraints;
}

/** Policies that pass the load checks, if their leaves do. */
export function policyDocument({
  leaf: leaves = leaf,
  rules = { maxLength: 6 },
}: PolicyShape = {}): fc.Arbitrary<Document> {
  const model = fc.record(
    {
      model: fc.constant("m"),
      version: fc.constant("1"),
      bands: fc.array(band, { maxLength: 3 }),
      onMissing: fc.record({ outcome }),
    },
    { requiredKeys: ["model", "version"] },
  );
  return fc
    .record(
      {
        default: outcome,
        models: fc.record({ [scoreName]: model }),
        points: fc.array(band, { maxLength: 3 }),
        conditions: fc.record({ first: tree(leaves, []), second: tree(leaves, ["first"]) }),
        rules: fc.array(ruleOf(tree(leaves, sharedNames)), rules),
      },
      { requiredKeys: ["default", "rules", "conditions"] },
    )
    .map((document) => ({
      ...document,
      id: "p",
      outcomes,
      reasons: { R: { internal: "text" } },
      rules: document.rules.map(({ rollout, ...rule }, at) => ({
        ...rule,
        name: `r${at}`,
        ...((rule.mode ?? "live") === "live" && rollout !== undefined ? { rollout } : {}),
      })),
    }));
}

/** @param fetchedLists of the lists there are, those that have to be fetched. */
export function tryLoad(
  document: Document,
  fetchedLists: readonly string[] = [],
): { policy: Policy | undefined; problems: readonly Problem[] } {
  const problems: Problem[] = [];
  const scope = {
    features: featureTypes,
    models: new Set(["m/1"]),
    lists: new Set(["listed"]),
    fetchedLists: new Set(fetchedLists),
  };
  return { policy: loadPolicy("p.json", JSON.stringify(document), scope, problems), problems };
}

export function load(document: Document, fetchedLists: readonly string[] = []): Policy {
  const { policy, problems } = tryLoad(document, fetchedLists);
  if (policy === undefined)
    throw new Error(`does not load: ${problems.map(({ path, message }) => `${path} ${message}`)}`);
  return policy;
}
