import assert from "node:assert/strict";
import { sourceKinds } from "../../src/compose.ts";
import type { FeatureSource } from "../../src/domain/source.ts";
import { loadCatalogue } from "../../src/features/load-catalogue.ts";
import { type ModelNode, makePlan, nodesFor, type Plan } from "../../src/features/plan.ts";

const catalogue = loadCatalogue(
  "features.json",
  JSON.stringify({
    sources: {
      customers: { kind: "table", key: ["customer_id"], timeoutMs: 7 },
      regions: { kind: "table", key: ["region"] },
      spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "30d" },
    },
    features: {
      customer_id: { from: "request", path: "customer_id", type: "string" },
      amount: { from: "request", path: "amount", type: "double" },
      country: { from: "customers", path: "country", type: "string" },
      age: { from: "customers", path: "age", type: "integer" },
      region: { expr: "country + '-' + (age > 30 ? 'a' : 'b')", type: "string" },
      tax: { from: "regions", path: "tax", type: "double" },
      count_1d: { from: "spend", aggregate: "count", window: "1d" },
      net: { expr: "amount * tax", type: "double" },
    },
  }),
  [],
  sourceKinds,
)!;

const prepared = new Map<string, unknown>();
const sources = new Map(
  [...catalogue.sources.values()].map(({ name, kind }): [string, FeatureSource] => [
    name,
    {
      name,
      kind,
      prepare: (features) => {
        prepared.set(name, features);
        return () => ({ status: "OK", values: [] });
      },
    },
  ]),
);

const model: ModelNode = {
  output: { name: "score", type: "double", standIn: undefined },
  inputs: ["amount", "tax", "count_1d"],
  timeoutMs: 9,
  run: () => ({ status: "OK", values: [1] }),
};

const planFor = (...needed: string[]) => makePlan(catalogue, needed, [model], sources);
const nodes = ({ nodes: all, slots }: Plan) =>
  all.map(({ name, inputs, outputs }) => {
    const names = (list: readonly number[]) => list.map((slot) => slots[slot]!.name).join(" ");
    return `${name}: ${names(inputs)} → ${names(outputs)}`;
  });

describe("a plan", () => {
  it("has nothing but what is needed", () => {
    assert.deepEqual(nodes(planFor("amount")), []);
    assert.deepEqual(nodes(planFor("age")), ["customers: customer_id → age"]);
    assert.deepEqual(nodes(planFor()), []);
  });

  it("has each node after all it waits for, and no source twice", () => {
    assert.deepEqual(nodes(planFor("score", "age", "net")), [
      "customers: customer_id → country age",
      "region: country age → region",
      "regions: region → tax",
      "spend: customer_id → count_1d",
      "score: amount tax count_1d → score",
      "net: amount tax → net",
    ]);
  });

  it("asks each source for its features in the order of their slots", () => {
    planFor("age", "country", "count_1d");
    assert.deepEqual(prepared.get("customers"), [
      { path: "age", type: "integer" },
      { path: "country", type: "string" },
    ]);
    assert.deepEqual(prepared.get("spend"), [
      { aggregate: "count", of: "value", windowMs: 86_400_000, delayMs: 0, empty: undefined },
    ]);
  });

  it("knows who sets each feature and who waits for it", () => {
    const { index, producer, consumers, eventFeatures, slots } = planFor("net", "age");
    const of = (name: string) => ({ producer: producer[index.get(name)!], consumers: consumers[index.get(name)!] });
    assert.deepEqual(of("customer_id"), { producer: -1, consumers: [0] });
    assert.deepEqual(of("country"), { producer: 0, consumers: [1] });
    assert.deepEqual(of("tax"), { producer: 2, consumers: [3] });
    assert.deepEqual(of("net"), { producer: 3, consumers: [] });
    assert.deepEqual(
      eventFeatures.map(({ slot, feature }) => [slots[slot]!.name, feature.name]),
      [
        ["amount", "amount"],
        ["customer_id", "customer_id"],
      ],
    );
  });

  it("gives sources their timeouts, models theirs and expressions none", () => {
    assert.deepEqual(
      planFor("score", "net").nodes.map(({ name, kind, timeoutMs, needsAll }) => [name, kind, timeoutMs, needsAll]),
      [
        ["customers", "source", 7, true],
        ["region", "derived", Number.POSITIVE_INFINITY, true],
        ["regions", "source", 50, true],
        ["spend", "source", 50, true],
        ["score", "model", 9, false],
        ["net", "derived", Number.POSITIVE_INFINITY, true],
      ],
    );
  });

  it("knows the nodes that some of its features need", () => {
    const plan = planFor("score", "net");
    const needed = (...names: string[]) => [...nodesFor(plan, names)].map((at) => plan.nodes[at]!.name).sort();
    assert.deepEqual(needed("amount"), []);
    assert.deepEqual(needed("tax"), ["customers", "region", "regions"]);
    assert.deepEqual(needed("tax", "count_1d"), ["customers", "region", "regions", "spend"]);
  });

  it("is refused when a source was not opened", () => {
    assert.throws(() => makePlan(catalogue, ["age"], [], new Map()), /source customers was not opened/);
  });
});
