import assert from "node:assert/strict";
import type {
  AggregateQuery,
  AggregateSpec,
  AggregateStore,
  CountedEvent,
  Label,
} from "../../../src/domain/aggregate.ts";
import type { SourceKey } from "../../../src/domain/event.ts";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import { describeDistinct } from "./distinct.ts";
import { describeExpiry } from "./expiring.ts";
import { describeFolding } from "./folding.ts";
import { describeAgainstOracle } from "./model.ts";
import { day, type OpenedStore, type OpenStore, query, start } from "./open-store.ts";

const spend: AggregateSpec = { source: "customer_spend", retainMs: 40 * day };
const visits: AggregateSpec = { source: "terminal_visits", retainMs: 40 * day };

/** What every aggregate store must do, whatever it keeps its events in. `bucketMs` is how far folding may be off. */
export function describeAggregateStore(name: string, open: OpenStore, bucketMs: (retainMs: number) => number): void {
  describe(`${name} as an aggregate store`, () => {
    let opened: OpenedStore;
    let store: AggregateStore;

    beforeEach(async () => {
      opened = await open();
      store = opened.store;
    });

    afterEach(() => opened.dispose());

    for (const { title, events, labels = [], at = start, ask, expected } of cases) {
      it(title, async () => {
        for (const [index, [timeMs, value]] of events.entries()) {
          await store.count(oneEvent(`r${index}`, timeMs, value));
        }
        for (const label of labels) await store.label(label);
        assert.deepEqual(await store.read(spend, ["c1"], at, ask), expected);
      });
    }

    it("counts a request id once, at its first time and value", async () => {
      assert.equal(await store.count(oneEvent("r1", start, 10)), "accepted");
      assert.equal(await store.count(oneEvent("r1", start, 10)), "duplicate");
      assert.equal(await store.count(oneEvent("r1", start - 5 * day, 99)), "duplicate");
      const ask = [query("count", { windowMs: 30 * day }), query("sum")];
      assert.deepEqual(await store.read(spend, ["c1"], start, ask), [1, 10]);
    });

    it("applies a known request id only to sources that have not counted it, at its first time", async () => {
      await store.count(oneEvent("r1", start, 10));
      const later = start + day;
      const contributions = [
        { spec: spend, key: ["c1"], value: 11 },
        { spec: visits, key: ["t1"], value: undefined },
      ];
      assert.equal(await store.count({ requestId: "r1", occurredAtMs: later, contributions }), "accepted");
      assert.equal(await store.count({ requestId: "r1", occurredAtMs: later, contributions }), "duplicate");
      assert.deepEqual(await store.read(spend, ["c1"], start, [query("sum")]), [10]);
      assert.deepEqual(await store.read(visits, ["t1"], start, [query("count")]), [1]);
    });

    it("counts an event in all its sources or in none", async () => {
      const unusable = [1n] as unknown as SourceKey;
      const contributions = [
        { spec: spend, key: ["c1"], value: 10 },
        { spec: visits, key: unusable, value: undefined },
      ];
      const count = async () => store.count({ requestId: "r1", occurredAtMs: start, contributions });
      await assert.rejects(count, TypeError);
      assert.deepEqual(await store.read(spend, ["c1"], start, [query("count")]), [0]);
      assert.equal(await store.count(oneEvent("r1", start, 10)), "accepted");
    });

    it("refuses times and labels that are not numbers", async () => {
      const count = async () => store.count(oneEvent("r1", Number.NaN, 1));
      const label = async () => store.label({ requestId: "r1", value: Number.NaN, reportedAtMs: start });
      await assert.rejects(count, RangeError);
      await assert.rejects(label, RangeError);
    });

    it("counts a thousand concurrent duplicates once", async () => {
      const answers = await Promise.all(
        Array.from({ length: 1000 }, async () => store.count(oneEvent("r1", start, 7))),
      );
      assert.equal(answers.filter((answer) => answer === "accepted").length, 1);
      assert.deepEqual(await store.read(spend, ["c1"], start, [query("count"), query("sum")]), [1, 7]);
    });

    it("holds of two labels the one reported later, and calls the others duplicates", async () => {
      await store.count(oneEvent("r1", start, 10));
      const label = (value: number, reportedAtMs: number) => store.label({ requestId: "r1", value, reportedAtMs });
      const answers = [await label(1, 5), await label(0, 5), await label(0, 4), await label(0.5, 6)];
      assert.deepEqual(answers, ["accepted", "duplicate", "duplicate", "accepted"]);
      assert.deepEqual(await store.read(spend, ["c1"], start, [query("sum", { of: "label" })]), [0.5]);
    });

    it("keeps a label that arrives first for its event, in every source that counts it", async () => {
      await store.label({ requestId: "r1", value: 1, reportedAtMs: start });
      const sum = [query("sum", { of: "label" })];
      await store.count(oneEvent("r1", start, 10));
      assert.deepEqual(await store.read(spend, ["c1"], start, sum), [1]);
      const contributions = [{ spec: visits, key: ["t1"], value: undefined }];
      await store.count({ requestId: "r1", occurredAtMs: start, contributions });
      assert.deepEqual(await store.read(visits, ["t1"], start, sum), [1]);
    });

    it("includes an event that was not counted, and does not count it", async () => {
      await store.count(oneEvent("r1", start - 1, 10));
      const ask = [query("count"), query("sum")];
      assert.deepEqual(await store.read(spend, ["c1"], start, ask, { requestId: "r2", value: 5 }), [2, 15]);
      assert.deepEqual(await store.read(spend, ["c1"], start, ask), [1, 10]);
      assert.deepEqual(await store.read(spend, ["c1"], start, ask, { requestId: "r1", value: 5 }), [1, 10]);
      assert.deepEqual(await store.read(spend, ["unseen"], start, ask, { requestId: "r1", value: 5 }), [1, 5]);
    });

    it("keeps all keys apart, whatever they contain", async () => {
      for (const [index, key] of hostileKeys.entries()) {
        for (let n = 0; n <= index; n++) {
          const contributions = [{ spec: spend, key, value: 1 }];
          await store.count({ requestId: `${index} ${n}`, occurredAtMs: start, contributions });
        }
      }
      for (const [index, key] of hostileKeys.entries()) {
        assert.deepEqual(await store.read(spend, key, start, [query("count")]), [index + 1], JSON.stringify(key));
      }
    });

    it("keeps all request ids and values apart, whatever they contain", async () => {
      for (const text of hostileTexts) assert.equal(await store.count(oneEvent(text, start, text)), "accepted");
      for (const text of hostileTexts) assert.equal(await store.count(oneEvent(text, start, text)), "duplicate");
      const different = hostileTexts.length;
      const ask = [query("count"), query("distinct")];
      assert.deepEqual(await store.read(spend, ["c1"], start, ask), [different, different]);
    });

    it("lets an event from the future age nothing", async () => {
      const now = Date.now();
      await store.count(oneEvent("r1", now, 10));
      for (let n = 0; n < 10; n++) {
        const contributions = [{ spec: spend, key: [n % 2 === 0 ? "c1" : "c2"], value: 1 }];
        await store.count({ requestId: `future ${n}`, occurredAtMs: now + 3650 * day + n, contributions });
      }
      assert.deepEqual(await store.read(spend, ["c1"], now, [query("count"), query("sum")]), [1, 10]);
      assert.equal(await store.count(oneEvent("r1", now, 10)), "duplicate");
    });
  });

  describeAgainstOracle(name, open);
  describeExpiry(name, open);
  describeFolding(name, open, bucketMs);
  describeDistinct(name, open, bucketMs);
}

function oneEvent(requestId: string, occurredAtMs: number, value: FeatureValue | undefined): CountedEvent {
  return { requestId, occurredAtMs, contributions: [{ spec: spend, key: ["c1"], value }] };
}

interface Case {
  readonly title: string;
  /** Times and values; the request ids are r0, r1, … */
  readonly events: readonly (readonly [timeMs: number, value: FeatureValue | undefined])[];
  readonly labels?: readonly Label[];
  readonly at?: number;
  readonly ask: readonly AggregateQuery[];
  readonly expected: readonly (number | undefined)[];
}

const functions = ["count", "sum", "mean", "min", "max", "distinct"] as const;
const all = functions.map((aggregate) => query(aggregate));
const allOrMinusOne = functions.map((aggregate) => query(aggregate, { empty: -1 }));
const allLabels = functions.map((aggregate) => query(aggregate, { of: "label" }));

const cases: readonly Case[] = [
  {
    title: "knows nothing of an unseen key",
    events: [],
    ask: all,
    expected: [0, 0, undefined, undefined, undefined, 0],
  },
  {
    title: "answers an empty window with what the query says",
    events: [[start - 2 * day, 5]],
    ask: allOrMinusOne,
    expected: [-1, -1, -1, -1, -1, -1],
  },
  {
    title: "aggregates the window's values",
    events: [
      [start - 3, 4],
      [start - 2, -2],
      [start - 1, 4],
      [start, 10],
    ],
    ask: all,
    expected: [4, 16, 4, -2, 10, 3],
  },
  {
    title: "counts an event without a value, and takes nothing else from it",
    events: [
      [start - 1, undefined],
      [start, 6],
    ],
    ask: all,
    expected: [2, 6, 6, 6, 6, 1],
  },
  {
    title: "finds no mean among events without values",
    events: [[start, undefined]],
    ask: all,
    expected: [1, 0, undefined, undefined, undefined, 0],
  },
  {
    title: "excludes a window's start and includes its end",
    events: [
      [start - day, 1],
      [start - day + 1, 2],
      [start, 4],
      [start + 1, 8],
    ],
    ask: [query("sum"), query("sum", { windowMs: day + 1 })],
    expected: [6, 7],
  },
  {
    title: "never lets an event in that is later in event time, though it was counted before",
    events: [
      [start + day, 100],
      [start, 1],
    ],
    ask: [query("count", { windowMs: 7 * day }), query("max", { windowMs: 7 * day })],
    expected: [1, 1],
  },
  {
    title: "shifts a window back by its delay",
    events: [
      [start - 8 * day, 1],
      [start - 7 * day, 2],
      [start - 6 * day, 4],
      [start, 8],
    ],
    ask: [query("sum", { delayMs: 7 * day }), query("sum", { delayMs: 6 * day, windowMs: 2 * day })],
    expected: [2, 6],
  },
  {
    title: "counts booleans as 0 and 1",
    events: [
      [start, true],
      [start, false],
      [start, true],
    ],
    ask: [query("sum"), query("distinct")],
    expected: [2, 2],
  },
  {
    title: "counts different strings",
    events: [
      [start, "a"],
      [start, "b"],
      [start, "a"],
    ],
    ask: [query("count"), query("distinct")],
    expected: [3, 2],
  },
  {
    title: "takes an event without a label for label 0",
    events: [
      [start - 1, 5],
      [start, 6],
      [start, undefined],
      [start, 6],
    ],
    labels: [{ requestId: "r1", value: 1, reportedAtMs: start + day }],
    ask: allLabels,
    expected: [4, 1, 0.25, 0, 1, 2],
  },
  {
    title: "changes the label of the right one of two events that are otherwise the same",
    events: [
      [start, 5],
      [start, 5],
    ],
    labels: [
      { requestId: "r0", value: 1, reportedAtMs: start + 1 },
      { requestId: "r0", value: 0.5, reportedAtMs: start + 2 },
      { requestId: "r1", value: 0.25, reportedAtMs: start + 3 },
    ],
    ask: allLabels,
    expected: [2, 0.75, 0.375, 0.25, 0.5, 2],
  },
  {
    title: "adds large numbers that cancel without losing the small ones",
    events: [
      [start - 2, 1e16],
      [start - 1, 1],
      [start, -1e16],
    ],
    ask: [query("sum"), query("mean")],
    expected: [1, 1 / 3],
  },
  {
    title: "holds a sum beyond the largest double at the largest double",
    events: [
      [start - 1, Number.MAX_VALUE],
      [start, Number.MAX_VALUE],
    ],
    ask: [query("sum")],
    expected: [Number.MAX_VALUE],
  },
  {
    title: "agrees with SQL's avg over many values that no double holds exactly",
    events: Array.from({ length: 1000 }, () => [start, 0.1] as const),
    ask: [query("mean")],
    expected: [0.1],
  },
];

const hostileTexts = [
  "",
  " ",
  "0",
  "1",
  "true",
  "null",
  "undefined",
  "__proto__",
  "constructor",
  "hasOwnProperty",
  "toString",
  "\u0000",
  "\u0000\u0000",
  "a\u0000b",
  "é",
  "e\u0301",
  "\ud800",
  "\udfff",
  "\ufffd",
  "😀",
  '","',
  '"]',
  "*",
  "{customer}",
  "line\nline",
  "x".repeat(5000),
  `${"x".repeat(4999)}y`,
  "😀".repeat(500),
];

const hostileKeys: readonly SourceKey[] = [
  ...hostileTexts.map((text) => [text]),
  [],
  [1],
  [0],
  [0.1 + 0.2],
  [0.3],
  [true],
  [false],
  ["a", "bc"],
  ["ab", "c"],
  ["abc"],
  ["a", "b", "c"],
  ["", "abc"],
  ["abc", ""],
  [1, "1"],
  ["1", 1],
];
