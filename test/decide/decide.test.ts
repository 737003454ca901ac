import assert from "node:assert/strict";
import type { AggregateStore } from "../../src/domain/aggregate.ts";
import type { Decision } from "../../src/domain/decision.ts";
import { Missing } from "../../src/domain/feature.ts";
import type { Fetch } from "../../src/domain/source.ts";
import { turn } from "../features/support/graph.ts";
import { closeAll, type Documents, engineOf, noon } from "./support/engine.ts";

const features = {
  customer: { from: "request", path: "customer", type: "string" },
  amount: { from: "request", path: "amount", type: "double", onMissing: { default: 1 } },
  country: { from: "customers", path: "country", type: "string" },
  device: { from: "devices", path: "device", type: "string" },
  count_1d: { from: "spend", aggregate: "count", window: "1d" },
  sum_1d: { from: "spend", aggregate: "sum", window: "1d" },
  mean_1d: { from: "spend", aggregate: "mean", window: "1d" },
};
const sources = {
  customers: { kind: "table", key: ["customer"], timeoutMs: 2000 },
  devices: { kind: "table", key: ["country"], timeoutMs: 2000 },
  spend: { kind: "aggregate", key: ["customer"], value: "amount", retain: "30d" },
};
const rule = (name: string, type: string, fact: string, operator: string, value: unknown, parts: object = {}) => ({
  name,
  conditions: { all: [{ fact, operator, value }] },
  event: { type, params: { reason: "R" } },
  ...parts,
});
const reasons = { R: { internal: "a rule" }, G: { internal: "the gate" }, S: { internal: "no score" } };

const counts = rule("often", "review", "sum_1d", "greaterThan", 25);
const frequent = rule("frequent", "review", "count_1d", "greaterThan", 99);
const abroad = rule("abroad", "decline", "country", "equal", "XX");
const finds =
  (value: string): Fetch =>
  async () => ({ status: "OK", values: [value] });
const hangs: Fetch = () => new Promise(() => {});

/** Documents over the tables, their answers good unless given. */
function documents(
  policy: object,
  answers: Readonly<Record<string, Fetch>> = {},
  rest: Partial<Documents> = {},
): Documents {
  const all = { customers: finds("FR"), devices: finds("phone"), ...answers };
  return { sources, features, policy: { settle: "complete", reasons, ...policy }, answers: all, ...rest };
}

const statuses = ({ steps }: Decision) => Object.fromEntries(steps.map(({ name, status }) => [name, status]));
const valuesOf = ({ explanation }: Decision) =>
  Object.fromEntries(Object.entries(explanation!.features).map(([name, { value }]) => [name, value]));

afterEach(closeAll);

describe("a decision", () => {
  it("is the outcome of the rules, with reasons, versions and the ids it came with", async () => {
    const engine = engineOf(documents({ rules: [abroad] }, { customers: finds("XX") }));
    const decision = await engine.decide({ event: { customer: "alice", amount: 5, note: 1 } });
    const { decisionId, steps, elapsedMs, arrivedAtMs, deadlineMs, ...rest } = decision;
    assert.match(decisionId, /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    assert.equal(Math.round(deadlineMs), 700);
    assert.deepEqual(rest, {
      requestId: "r1",
      policy: "p",
      policyDigest: "digest",
      outcome: "decline",
      defaultOutcome: "approve",
      reasons: [{ code: "R", message: "a rule", rule: "abroad" }],
      scores: [],
      rules: [{ name: "abroad", outcome: "decline", mode: "live", result: "FIRED" }],
      completeness: "COMPLETE",
      missingFeatures: new Map(),
      settledEarly: false,
      shadowOutcome: undefined,
      gated: false,
      criticalPath: ["customers", "rules"],
      trace: { traceId: "t", spanId: "s", parentSpanId: undefined, sampled: false },
      ignoredAttributes: ["amount", "note"],
      dryRun: false,
      explanation: undefined,
    });
  });

  it("counts its event before it reads, and each event once", async () => {
    const engine = engineOf(documents({ rules: [counts] }));
    const look = async (requestId: string) => valuesOf(await engine.decide({ requestId, explain: true })).sum_1d;
    assert.deepEqual([await look("a"), await look("b"), await look("b"), await look("c")], [10, 20, 20, 30]);
    assert.equal((await engine.decide({ requestId: "c" })).outcome, "review");
  });

  describe("by the gate", () => {
    const gate = {
      conditions: { all: [{ fact: "amount", operator: "greaterThan", value: 0 }] },
      otherwise: { outcome: "review", reason: "G" },
    };

    it("is its answer, nothing more is fetched, and the event still counts", async () => {
      const engine = engineOf(documents({ gate, rules: [counts, abroad] }, { customers: hangs }));
      const decision = await engine.decide({ event: { customer: "alice", amount: -5 } });
      assert.deepEqual(
        [decision.outcome, decision.reasons, decision.gated, decision.completeness, decision.rules, decision.scores],
        ["review", [{ code: "G", message: "the gate", rule: "gate" }], true, "COMPLETE", [], []],
      );
      assert.deepEqual(statuses(decision), {
        record: "OK",
        gate: "OK",
        customers: "NOT_AWAITED",
        spend: "NOT_AWAITED",
      });
      const look = await engine.store.read({ source: "spend", retainMs: 1 }, ["alice"], noon, [
        { aggregate: "sum", of: "value", windowMs: 1000, delayMs: 0, empty: undefined },
      ]);
      assert.deepEqual(look, [-5]);
    });

    it("is the rules' when the gate lets the event pass", async () => {
      const decision = await engineOf(documents({ gate, rules: [abroad] }, { customers: finds("XX") })).decide();
      assert.deepEqual([decision.outcome, decision.gated], ["decline", false]);
    });

    it("is the rules' when the gate does not know", async () => {
      const asked = { ...gate, conditions: { all: [{ fact: "country", operator: "equal", value: "FR" }] } };
      const missing: Fetch = () => ({ status: "NOT_FOUND", values: [Missing.not_found] });
      const decision = await engineOf(documents({ gate: asked, rules: [abroad] }, { customers: missing })).decide();
      assert.deepEqual([decision.outcome, decision.gated, decision.completeness], ["approve", false, "PARTIAL"]);
    });

    it("waits for the gate's own sources alone, whose time all that follows would save", async () => {
      const asked = { ...gate, conditions: { all: [{ fact: "country", operator: "equal", value: "FR" }] } };
      const waits: Fetch = async () => {
        await new Promise((resolve) => setTimeout(resolve, 20));
        return { status: "OK", values: ["FR"] };
      };
      const decision = await engineOf(documents({ gate: asked, rules: [frequent] }, { customers: waits })).decide();
      const source = decision.steps.find(({ name }) => name === "customers")!;
      assert.ok(source.critical);
      assert.ok(source.savingMs > source.durationMs / 2, `${source.savingMs} of ${source.durationMs}`);
    });
  });

  describe("in a dry run", () => {
    it("counts nothing, but sees its own event", async () => {
      const engine = engineOf(documents({ rules: [counts] }));
      const dry = () => engine.decide({ dryRun: true, explain: true, event: { customer: "alice", amount: 30 } });
      const first = await dry();
      assert.deepEqual([first.outcome, first.dryRun, first.completeness], ["review", true, "COMPLETE"]);
      assert.equal(valuesOf(first).sum_1d, 30);
      assert.equal(valuesOf(await dry()).sum_1d, 30);
    });

    it("sees what it would have counted, a stand-in included", async () => {
      const engine = engineOf(documents({ rules: [rule("m", "review", "mean_1d", "equal", 1)] }));
      const ask = async (dryRun: boolean, requestId: string) =>
        valuesOf(await engine.decide({ dryRun, requestId, explain: true, event: { customer: "bob" } })).mean_1d;
      assert.equal(await ask(true, "x"), 1);
      assert.equal(await ask(false, "x"), 1);
    });
  });

  it("takes what counting brought, asks the store for nothing more, and marks what is bucketed", async () => {
    const bringing = (store: AggregateStore): AggregateStore => ({
      count(event, onSnapshot) {
        onSnapshot?.({
          read(_spec, _key, _atMs, queries, onBucketed) {
            onBucketed?.(0);
            return queries.map(() => 7);
          },
        });
        return store.count(event);
      },
      label: store.label.bind(store),
      read: () => assert.fail("it was read"),
      close: async () => {},
    });
    const engine = engineOf(documents({ rules: [frequent, counts] }), bringing);
    const { explanation, completeness } = await engine.decide({ explain: true });
    const { count_1d, sum_1d } = explanation!.features;
    assert.equal(completeness, "COMPLETE");
    assert.deepEqual(
      [count_1d, sum_1d].map((feature) => [feature?.value, feature?.bucketed]),
      [
        [7, true],
        [7, undefined],
      ],
    );
  });

  describe("without a store that works", () => {
    const fails = (part: Partial<AggregateStore>) => (store: AggregateStore) =>
      ({ count: store.count.bind(store), read: store.read.bind(store), ...part }) as AggregateStore;
    const down = () => {
      throw new Error("disk full");
    };

    it("is degraded, and reads as if the event had been counted", async () => {
      const engine = engineOf(documents({ rules: [counts] }), fails({ count: down }));
      const decision = await engine.decide({ explain: true, event: { customer: "alice", amount: 30 } });
      assert.deepEqual(
        [decision.outcome, decision.completeness, decision.missingFeatures.size],
        ["review", "DEGRADED", 0],
      );
      assert.equal(valuesOf(decision).sum_1d, 30);
      assert.match(String(decision.steps.find(({ name }) => name === "record")?.error), /disk full/);
    });

    it("goes on without its features when it cannot be read", async () => {
      const decision = await engineOf(documents({ rules: [counts, abroad] }), fails({ read: down })).decide();
      assert.deepEqual(
        [decision.outcome, decision.completeness, decision.missingFeatures],
        ["approve", "DEGRADED", new Map([["sum_1d", "error"]])],
      );
      assert.deepEqual(statuses(decision), { record: "OK", spend: "ERROR", customers: "OK", rules: "OK" });
    });
  });

  describe("when a source never answers", () => {
    const unknown = { ...abroad, onUnknown: "fire" };

    it("comes by the policy's deadline, degraded, its chained sources skipped", async () => {
      const phone = rule("phone", "review", "device", "equal", "phone");
      const engine = engineOf(documents({ deadlineMs: 40, rules: [abroad, phone] }, { customers: hangs }));
      const decision = await engine.decide();
      assert.deepEqual([decision.outcome, decision.completeness], ["approve", "DEGRADED"]);
      assert.deepEqual(
        [...decision.missingFeatures],
        [
          ["country", "timeout"],
          ["device", "skipped"],
        ],
      );
      assert.deepEqual(statuses(decision), { customers: "TIMEOUT", devices: "SKIPPED", rules: "OK" });
      assert.deepEqual(
        decision.rules.map(({ name, result }) => [name, result]),
        [
          ["abroad", "UNKNOWN"],
          ["phone", "UNKNOWN"],
        ],
      );
    });

    it("comes a little before the caller's deadline when that is nearer", async () => {
      const decision = await engineOf(documents({ rules: [abroad] }, { customers: hangs })).decide({}, 50);
      assert.equal(Math.round(decision.deadlineMs), 45);
      assert.equal(statuses(decision).customers, "TIMEOUT");
    });

    it("lets rules fire that fire on unknown", async () => {
      const decision = await engineOf(documents({ deadlineMs: 30, rules: [unknown] }, { customers: hangs })).decide();
      assert.deepEqual([decision.outcome, decision.rules[0]?.result], ["decline", "UNKNOWN"]);
    });
  });

  describe("settled early", () => {
    const early = { settle: "early" };
    const large = rule("large", "decline", "amount", "greaterThan", 5);
    const unknown = { ...abroad, onUnknown: "fire" };

    it("comes while a source is on its way, which is not awaited", async () => {
      let signal: AbortSignal | undefined;
      const watched: Fetch = (request) => {
        signal = request.signal;
        return hangs(request);
      };
      const engine = engineOf(documents({ ...early, rules: [unknown, large] }, { customers: watched }));
      const decision = await engine.decide();
      assert.deepEqual([decision.outcome, decision.settledEarly, decision.completeness], ["decline", true, "PARTIAL"]);
      assert.deepEqual(statuses(decision), { customers: "NOT_AWAITED", rules: "OK" });
      assert.ok(signal?.aborted);
      // The reasons are those of the rules that had fired by then.
      assert.deepEqual(
        decision.reasons.map((reason) => reason.rule),
        ["large"],
      );
      assert.deepEqual(
        decision.rules.map(({ result }) => result),
        ["UNKNOWN", "FIRED"],
      );
    });

    it("waits while what is on its way could change it", async () => {
      const decision = await engineOf(documents({ ...early, rules: [abroad] }, { customers: finds("XX") })).decide();
      assert.deepEqual(
        [decision.outcome, decision.settledEarly, decision.completeness],
        ["decline", false, "COMPLETE"],
      );
    });

    it("still counts its event", async () => {
      const engine = engineOf(documents({ ...early, rules: [large, abroad, counts] }, { customers: hangs }));
      await engine.decide();
      const look = await engine.decide({ dryRun: true, explain: true });
      assert.equal(valuesOf(look).sum_1d, 20);
    });
  });

  describe("with a model", () => {
    const models = {
      score: {
        model: "m",
        version: "1",
        onMissing: { outcome: "review", reason: "S" },
        bands: [{ gte: 0.5, outcome: "decline", reason: "R" }],
      },
    };
    const score = (scoring: () => Promise<unknown>) =>
      engineOf(documents({ models }, {}, { scores: { "m/1": scoring as never } })).decide();

    it("has its score, percentile and band", async () => {
      const decision = await score(async () => ({ status: "OK", value: 0.7, adaptMs: 0.1, inferMs: 0.2 }));
      assert.deepEqual([decision.outcome, decision.completeness], ["decline", "COMPLETE"]);
      assert.deepEqual(decision.scores, [
        { feature: "score", model: "m", version: "1", value: 0.7, percentile: 50, band: "decline", status: "OK" },
      ]);
      assert.deepEqual(decision.steps.find(({ kind }) => kind === "model")?.parts, {
        status: "OK",
        value: 0.7,
        adaptMs: 0.1,
        inferMs: 0.2,
      });
    });

    it("does as onMissing says when an input is missing", async () => {
      const decision = await score(async () => ({ status: "MISSING_INPUT", input: "amount" }));
      assert.deepEqual([decision.outcome, decision.completeness], ["review", "PARTIAL"]);
      assert.deepEqual([decision.scores[0]?.status, decision.scores[0]?.value], ["MISSING_INPUT", undefined]);
      assert.deepEqual(decision.reasons, [{ code: "S", message: "no score", rule: "score" }]);
    });

    it("is degraded when the model fails", async () => {
      const decision = await score(() => Promise.reject(new Error("broken graph")));
      assert.deepEqual([decision.outcome, decision.completeness], ["review", "DEGRADED"]);
      assert.equal(decision.scores[0]?.status, "ERROR");
    });
  });

  describe("is not complete", () => {
    const decideWith = (parts: object, answers: Record<string, Fetch> = {}) =>
      engineOf(documents(parts, answers)).decide();
    const absent: Fetch = () => ({ status: "NOT_FOUND", values: [Missing.not_found] });

    it("with a missing feature", async () =>
      assert.equal((await decideWith({ rules: [abroad] }, { customers: absent })).completeness, "PARTIAL"));

    it("with a stand-in", async () => {
      const engine = engineOf(documents({ rules: [rule("r", "review", "amount", "equal", 7)] }));
      const decision = await engine.decide({ event: {} });
      assert.deepEqual(
        [decision.completeness, decision.missingFeatures],
        ["PARTIAL", new Map([["amount", "not_found"]])],
      );
    });

    it("with an unknown rule in shadow", async () =>
      assert.equal(
        (await decideWith({ rules: [{ ...abroad, mode: "shadow" }] }, { customers: absent })).completeness,
        "PARTIAL",
      ));

    it("with a source that failed, and then it is degraded", async () =>
      assert.equal(
        (await decideWith({ rules: [abroad] }, { customers: () => Promise.reject(new Error()) })).completeness,
        "DEGRADED",
      ));
  });

  it("explains each feature and each rule, fired or not", async () => {
    const policy = {
      gate: {
        conditions: { all: [{ fact: "amount", operator: "greaterThan", value: 0 }] },
        otherwise: { outcome: "review" },
      },
      rules: [abroad],
    };
    const { explanation, rules } = await engineOf(documents(policy)).decide({ explain: true });
    assert.deepEqual(explanation?.features, {
      amount: { type: "double", value: 10, state: "present", origin: "event", missing: undefined },
      customer: { type: "string", value: "alice", state: "present", origin: "event", missing: undefined },
      country: { type: "string", value: "FR", state: "present", origin: "customers", missing: undefined },
    });
    assert.deepEqual(Object.keys(explanation.rules), ["gate", "abroad"]);
    assert.equal((explanation.rules.abroad as { result: unknown }).result, false);
    assert.deepEqual(rules, [{ name: "abroad", outcome: "decline", mode: "live", result: "NOT_FIRED" }]);
  });

  it("spends its elapsed time on its steps to the last bit", async () => {
    const slowly: Fetch = async () => {
      for (let left = 3; left > 0; left--) await turn();
      return { status: "OK", values: ["FR"] };
    };
    const phone = rule("phone", "review", "device", "equal", "phone");
    const decision = await engineOf(
      documents({ rules: [counts, abroad, phone] }, { customers: slowly, devices: slowly }),
    ).decide();
    const sum = decision.steps.reduce((total, { contributionMs }) => total + contributionMs, 0);
    assert.ok(Math.abs(sum - decision.elapsedMs) < 1e-6, `${sum} of ${decision.elapsedMs}`);
    assert.deepEqual(decision.criticalPath.slice(-3), ["customers", "devices", "rules"]);
    for (const { contributionMs, savingMs, durationMs, slackMs, soleMs, critical } of decision.steps) {
      assert.ok(contributionMs >= 0 && slackMs >= 0 && savingMs >= 0 && savingMs <= durationMs);
      assert.ok(soleMs >= 0 && soleMs <= Math.min(savingMs, contributionMs) + 1e-6);
      if (!critical) assert.deepEqual([savingMs, soleMs], [0, 0]);
    }
  });
});

describe("feedback", () => {
  it("counts an event that was never decided, once", async () => {
    const engine = engineOf(documents({ rules: [counts] }));
    const event = { requestId: "past", policy: "p", event: { customer: "alice", amount: 7 }, occurredAtMs: noon };
    assert.deepEqual(
      [await engine.feedback.recordEvent(event), await engine.feedback.recordEvent(event)],
      ["accepted", "duplicate"],
    );
    assert.equal(valuesOf(await engine.decide({ explain: true })).sum_1d, 17);
  });

  it("refuses a label that is none", async () => {
    const { feedback } = engineOf(documents({ rules: [counts] }));
    await assert.rejects(feedback.reportLabel({ requestId: "", label: "fraud", reportedAtMs: Number.NaN }), {
      reason: "BAD_REQUEST",
      violations: [
        { field: "request_id", description: "is required: a key that is the same when the request is retried" },
        { field: "label", description: "must be a boolean or a finite number" },
        { field: "reported_at", description: "must be a valid time between 2000-01-01 and a day from now" },
      ],
    });
  });
});
