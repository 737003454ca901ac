import assert from "node:assert/strict";
import { graphMermaid, graphText } from "../../src/cli/policy-graph-render.ts";
import { graphOf } from "../../src/decide/graph.ts";
import { bundleOf } from "./support/engine.ts";

const features = {
  customer: { from: "request", path: "customer", type: "string" },
  amount: { from: "request", path: "amount", type: "double" },
  region: { from: "customers", path: "region", type: "string" },
  age: { from: "customers", path: "age", type: "integer" },
  tax: { from: "regions", path: "tax", type: "double" },
  net: { expr: "amount - amount * tax", type: "double" },
};
const sources = {
  customers: { kind: "table", key: ["customer"], timeoutMs: 7 },
  regions: { kind: "table", key: ["region"] },
};
const condition = (fact: string) => ({ all: [{ fact, operator: "greaterThan", value: 1 }] });
const answers = { customers: () => new Promise<never>(() => {}), regions: () => new Promise<never>(() => {}) };
const policy = {
  gate: { conditions: condition("age"), otherwise: { outcome: "approve" } },
  rules: [{ name: "r", conditions: condition("net"), event: { type: "review" } }],
};
const graph = graphOf(bundleOf({ sources, features, policy, answers }).policies.get("p")!);

const asksList = graphOf(
  bundleOf({
    sources,
    features,
    answers,
    fetchedLists: { "high-tax": () => new Promise<never>(() => {}) },
    policy: {
      rules: [
        {
          name: "r",
          conditions: { all: [{ fact: "region", operator: "inList", value: "high-tax" }] },
          event: { type: "review" },
        },
      ],
    },
  }).policies.get("p")!,
);

describe("a policy's graph", () => {
  it("has what is asked of lists that have to be fetched", () => {
    assert.match(graphText(asksList), /^p: 2 fetches, longest chain 2\n/);
    assert.match(graphText(asksList), /region in high-tax \(redis, at most 15 ms\) ← customers$/);
    assert.match(graphMermaid(asksList), /n_customers --> n_region\.32\.in\.32\.high\.45\.tax$/);
  });

  it("has what each step waits for, and how deep it lies", () => {
    assert.deepEqual(
      graph.nodes.map(({ name, kind, after, fromEvent, gives, depth, gate }) => ({
        name,
        kind,
        after,
        fromEvent,
        gives,
        depth,
        gate,
      })),
      [
        {
          name: "customers",
          kind: "table",
          after: [],
          fromEvent: ["customer"],
          gives: ["age", "region"],
          depth: 1,
          gate: true,
        },
        { name: "regions", kind: "table", after: ["customers"], fromEvent: [], gives: ["tax"], depth: 2, gate: false },
        {
          name: "net",
          kind: "derived",
          after: ["regions"],
          fromEvent: ["amount"],
          gives: ["net"],
          depth: 3,
          gate: false,
        },
      ],
    );
    assert.equal(graph.longestChain, 2);
  });

  it("is text", () =>
    assert.equal(
      graphText(graph),
      [
        "p: 2 fetches, longest chain 2",
        "  from the event",
        "    customers (table, at most 7 ms, for the gate) ← customer → age, region",
        "  then (2)",
        "    regions (table, at most 50 ms) ← customers → tax",
        "  then (3)",
        "    net (derived) ← amount, regions",
      ].join("\n"),
    ));

  it("is a Mermaid flowchart", () =>
    assert.equal(
      graphMermaid(graph),
      [
        "%% p",
        "flowchart LR",
        "  event((event))",
        '  n_customers["customers<br/>table"]',
        "  event --> n_customers",
        '  n_regions["regions<br/>table"]',
        "  n_customers --> n_regions",
        '  n_net(["net"])',
        "  event --> n_net",
        "  n_regions --> n_net",
      ].join("\n"),
    ));
});
