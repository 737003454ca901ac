import assert from "node:assert/strict";
import { sourceKinds } from "../../src/compose.ts";
import type { Problem } from "../../src/documents/problem.ts";
import type { Catalogue } from "../../src/features/catalogue.ts";
import { loadCatalogue } from "../../src/features/load-catalogue.ts";
import { tableKind } from "../../src/sources/table/kind.ts";

const sources = {
  customers: { kind: "table", key: ["customer_id"] },
  spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "30d" },
  logins: { kind: "aggregate", key: ["customer_id"], retain: "1d" },
};
const features = {
  customer_id: { from: "request", path: "customer.id", type: "string", required: true },
  amount: { from: "request", path: "amount", type: "double" },
};

function load(parts: { sources?: object; features?: object; lists?: object }): {
  catalogue: Catalogue | undefined;
  problems: string[];
} {
  const problems: Problem[] = [];
  const document = {
    sources: { ...sources, ...parts.sources },
    features: { ...features, ...parts.features },
    lists: parts.lists,
  };
  const names = { listFiles: new Set(["mules"]) };
  const catalogue = loadCatalogue("features.json", JSON.stringify(document), problems, sourceKinds, names);
  return { catalogue, problems: problems.map(({ path, message, fix }) => `${path}: ${message} | ${fix}`) };
}

const spend = (parts: object) => ({ f: { from: "spend", aggregate: "sum", window: "1d", ...parts } });

const refusals: Readonly<Record<string, readonly [parts: Parameters<typeof load>[0], ...problems: string[]]>> = {
  "a source named request": [
    { sources: { request: { kind: "table", key: ["amount"] } } },
    '$.sources.request: "request" is the event itself and cannot be declared | choose another name',
  ],
  "a feature named occurred_at": [
    { features: { occurred_at: { from: "request", path: "t", type: "timestamp" } } },
    '$.features.occurred_at: "occurred_at" is always there and cannot be declared | choose another name',
  ],
  "a key that is no feature": [
    { sources: { customers: { kind: "table", key: ["custmer_id"] } } },
    '$.sources.customers.key[0]: there is no feature "custmer_id" | did you mean "customer_id"?',
  ],
  "a value that is no feature": [
    { sources: { spend: { kind: "aggregate", key: ["customer_id"], value: "cost_of_it", retain: "1d" } } },
    '$.sources.spend.value: there is no feature "cost_of_it" | declare it under features',
  ],
  "columns that do not fit the key": [
    { sources: { customers: { kind: "table", key: ["customer_id"], keyColumns: ["a", "b"] } } },
    "$.sources.customers.keyColumns: names 2 columns for 1 key features | name one column for each feature of key",
  ],
  "a list that lies in a file as well": [
    { lists: { mules: { kind: "redis", key: "list:mules" } } },
    '$.lists.mules: the list "mules" is also in lists/mules.txt | remove the one or the other, or rename one',
  ],
  "a list of a kind that holds none": [
    { lists: { cards: { kind: "table", key: "list:cards" } } },
    '$.lists.cards.kind: "table" is not known here | use one of "redis"',
  ],
  "a list with a key for each event": [
    { lists: { cards: { kind: "redis", key: "list:{customer_id}" } } },
    "$.lists.cards.key: a list is one set for all events: braces stand for variables of the environment alone | write the key of the set, with ${VARIABLE} for a variable, {{ and }} for braces",
  ],
  "a list in a Redis that is none": [
    { lists: { cards: { kind: "redis", key: "list:cards", connection: "http://lists.example" } } },
    "$.lists.cards.connection: the connection is no Redis URL | write redis://[user:password@]host[:port][/database], or rediss:// for TLS",
  ],
  "a feature of an unknown source": [
    { features: { f: { from: "custmers", path: "x", type: "string" } } },
    '$.features.f.from: there is no source "custmers" | did you mean "customers"?',
  ],
  "a feature of a source named as a property of every object": [
    { features: { f: { from: "constructor", path: "x", type: "string" } } },
    '$.features.f.from: there is no source "constructor" | declare it under sources',
  ],
  "an aggregate of a table": [
    { features: { f: { from: "customers", aggregate: "count", window: "1d" } } },
    '$.features.f.aggregate: "customers" is a table source and has no aggregates | use "path" to name a part of its answer',
  ],
  "a column of an aggregate": [
    { features: { f: { from: "spend", path: "x", type: "double" } } },
    '$.features.f.path: "spend" is an aggregate source and has no columns | use "aggregate" and "window"',
  ],
  "a window longer than what is retained": [
    { features: spend({ window: "24d", delay: "7d" }) },
    "$.features.f.window: window and delay reach further back than spend retains (30d) | shorten the window or raise retain",
  ],
  "a mean that is whole": [
    { features: spend({ aggregate: "mean", type: "integer" }) },
    '$.features.f.type: this mean is not of type integer | use "double"',
  ],
  "a sum of fractions that is whole": [
    { features: spend({ type: "integer" }) },
    '$.features.f.type: this sum is not of type integer | use "double"',
  ],
  "a count that is a text": [
    { features: spend({ aggregate: "count", type: "string" }) },
    '$.features.f.type: this count is not of type string | use "integer" or "double"',
  ],
  "a sum where no value is kept": [
    { features: { f: { from: "logins", aggregate: "sum", window: "1d" } } },
    '$.features.f.aggregate: logins counts events but keeps no value | give logins a "value", or use "count"',
  ],
  "a sum of texts": [
    {
      sources: { spend: { kind: "aggregate", key: ["customer_id"], value: "customer_id", retain: "1d" } },
      features: spend({}),
    },
    '$.features.f.aggregate: a sum over texts has no meaning (customer_id is a string) | use "distinct" or "count"',
  ],
  "a stand-in of another type": [
    { features: { f: { from: "customers", path: "x", type: "integer", onMissing: { default: 1.5 } } } },
    "$.features.f.onMissing.default: 1.5 is not of type integer | use a value of type integer",
  ],
  "an expression that is no CEL": [
    { features: { f: { expr: "amount +", type: "double" } } },
    "$.features.f.expr: at character 9: Unexpected token: EOF | expressions are CEL over features of this catalogue; int and double do not mix without double(x)",
  ],
  "an expression over an unknown feature": [
    { features: { f: { expr: "1.0 + amont", type: "double" } } },
    "$.features.f.expr: at character 7: Unknown variable: amont | expressions are CEL over features of this catalogue; int and double do not mix without double(x)",
  ],
  "an expression of another type than declared": [
    { features: { f: { expr: "amount > 1.0", type: "double" } } },
    "$.features.f.expr: at character 1: the expression gives bool, but the feature is declared double (CEL double) | expressions are CEL over features of this catalogue; int and double do not mix without double(x)",
  ],
  "a cycle of expressions, by its names": [
    {
      features: {
        a: { expr: "b", type: "double" },
        b: { expr: "c", type: "double" },
        c: { expr: "a", type: "double" },
      },
    },
    "$.features.a: waits for itself: a → b → c → a | break the cycle: a key or expression must not use what depends on it",
  ],
  "a cycle through a source's key": [
    {
      sources: { regions: { kind: "table", key: ["region"] } },
      features: {
        region: { expr: "tax_zone", type: "string" },
        tax_zone: { from: "regions", path: "z", type: "string" },
      },
    },
    "$.features.region: waits for itself: region → tax_zone → region | break the cycle: a key or expression must not use what depends on it",
  ],
  "an aggregate whose key or value the event alone does not give": [
    {
      sources: { homes: { kind: "aggregate", key: ["customer_id", "home"], value: "twice", retain: "1d" } },
      features: {
        home: { from: "customers", path: "country", type: "string" },
        rate: { from: "customers", path: "rate", type: "double" },
        twice: { expr: "rate * 2.0", type: "double" },
      },
    },
    '$.sources.homes.key[1]: "home" is not known from the event alone | aggregate keys use request features, or expressions of them',
    '$.sources.homes.value: "twice" is not known from the event alone | aggregate values use request features, or expressions of them',
  ],
};

describe("a catalogue", () => {
  for (const [name, [parts, ...problems]] of Object.entries(refusals)) {
    it(`is refused for ${name}`, () => {
      const loaded = load(parts);
      assert.deepEqual(loaded.problems, problems);
      assert.equal(loaded.catalogue, undefined);
    });
  }

  it("is loaded with its defaults", () => {
    const { catalogue, problems } = load({ features: spend({ aggregate: "count", delay: "7d" }) });
    assert.deepEqual(problems, []);
    assert.deepEqual(Object.fromEntries(catalogue!.sources), {
      customers: {
        kind: "table",
        name: "customers",
        key: ["customer_id"],
        timeoutMs: 50,
        definition: tableKind,
        entry: { kind: "table", key: ["customer_id"] },
      },
      spend: {
        kind: "aggregate",
        name: "spend",
        key: ["customer_id"],
        value: "amount",
        retainMs: 2_592_000_000,
        timeoutMs: 50,
      },
      logins: {
        kind: "aggregate",
        name: "logins",
        key: ["customer_id"],
        value: undefined,
        retainMs: 86_400_000,
        timeoutMs: 50,
      },
    });
    const query = { aggregate: "count", of: "value", windowMs: 86_400_000, delayMs: 604_800_000, empty: undefined };
    assert.deepEqual(Object.fromEntries(catalogue!.features), {
      occurred_at: { name: "occurred_at", type: "timestamp", origin: { kind: "occurred_at" }, standIn: undefined },
      customer_id: {
        name: "customer_id",
        type: "string",
        origin: { kind: "event", path: ["customer", "id"], required: true, maxLength: 1024 },
        standIn: undefined,
      },
      amount: {
        name: "amount",
        type: "double",
        origin: { kind: "event", path: ["amount"], required: false, maxLength: 1024 },
        standIn: undefined,
      },
      f: { name: "f", type: "integer", origin: { kind: "aggregate", source: "spend", query }, standIn: undefined },
    });
  });

  it("tells its declared types even when something else is wrong", () => {
    const types = new Map();
    const text = JSON.stringify({ sources: {}, features: { ...features, f: { expr: "?", type: "boolean" } } });
    assert.equal(loadCatalogue("features.json", text, [], sourceKinds, { types }), undefined);
    assert.deepEqual(Object.fromEntries(types), {
      occurred_at: "timestamp",
      customer_id: "string",
      amount: "double",
      f: "boolean",
    });
  });
});
