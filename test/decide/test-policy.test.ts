import assert from "node:assert/strict";
import { testPolicy } from "../../src/decide/test-policy.ts";
import { bundleOf } from "./support/engine.ts";

const leaf = (fact: string, operator: string, value: unknown) => ({ fact, operator, value });
const rule = (name: string, type: string, conditions: object, parts: object = {}) => ({
  name,
  conditions: { all: [conditions] },
  event: { type, params: { reason: "R" } },
  ...parts,
});

const notAsked = () => Promise.reject(new Error("lists are not asked"));

/** The failures of one test of the policy. */
async function failures(test: object): Promise<readonly string[]> {
  const bundle = bundleOf({
    lists: { local: [] },
    fetchedLists: { outside: notAsked },
    sources: {
      customers: { kind: "table", key: ["customer"] },
    },
    features: {
      customer: { from: "request", path: "customer", type: "string" },
      amount: { from: "request", path: "amount", type: "double" },
      usual: { from: "customers", path: "usual", type: "double" },
      segment: { from: "customers", path: "segment", type: "string", onMissing: { default: "new" } },
      ratio: { expr: "amount / usual", type: "double" },
      hour: { expr: "occurred_at.getHours()", type: "integer" },
      day: { expr: "occurred_at.getDayOfWeek()", type: "integer" },
    },
    scores: { "m/1": () => Promise.reject(new Error("models are not run")) },
    policy: {
      reasons: { R: { internal: "a rule" }, G: { internal: "the gate" }, M: { internal: "the model" } },
      models: { score: { model: "m", version: "1", bands: [{ gte: 0.5, outcome: "decline", reason: "M" }] } },
      gate: { conditions: { not: leaf("amount", "lessThan", 0) }, otherwise: { outcome: "approve", reason: "G" } },
      rules: [
        rule("unusual", "decline", leaf("ratio", "greaterThan", 3)),
        rule("night", "review", leaf("hour", "lessThan", 6)),
        rule("weekend", "review", { any: [leaf("day", "equal", 0), leaf("day", "equal", 6)] }),
        rule("new", "review", leaf("segment", "equal", "new"), { mode: "shadow" }),
        rule("off", "review", leaf("amount", "equal", 1), { mode: "off" }),
        rule("local", "review", leaf("segment", "inList", "local")),
        rule("outside", "review", leaf("segment", "inList", "outside")),
        rule("careful", "review", leaf("amount", "greaterThan", { fact: "usual" }), {
          onUnknown: "fire",
          event: { type: "points", params: { points: 5, reason: "R" } },
        }),
      ],
      tests: [{ name: "the test", given: {}, ...test }],
    },
  });
  const [result, ...others] = await testPolicy(bundle.policies.get("p")!);
  assert.deepEqual([result?.policy, result?.name, others], ["p", "the test", []]);
  return result!.failures;
}

const passing: Readonly<Record<string, object>> = {
  "derives features from those that are given": {
    given: { amount: 10, usual: 2 },
    expect: { outcome: "decline", reasons: ["R"], fired: ["unusual"], notFired: ["night"], unknown: [] },
  },
  "takes a derived feature that is given as it is": {
    given: { amount: 10, usual: 10, ratio: 9 },
    expect: { fired: ["unusual"] },
  },
  "skips what derives from something missing": {
    given: { amount: 10 },
    missing: { usual: "timeout" },
    expect: { outcome: "approve", unknown: ["unusual"], notFired: ["unusual"] },
  },
  "has a Wednesday's noon unless told otherwise": { expect: { outcome: "approve", notFired: ["night", "weekend"] } },
  "takes the time it is told": { now: "2026-01-10T03:00:00Z", expect: { fired: ["night", "weekend"] } },
  "takes the time as a feature as well": {
    given: { occurred_at: Date.UTC(2026, 0, 10, 3) },
    expect: { fired: ["night", "weekend"] },
  },
  "puts stand-ins, and tells of rules in shadow": {
    given: { amount: 1 },
    expect: { outcome: "approve", fired: ["new"] },
  },
  "takes scores that are given, and runs no model": {
    given: { score: 0.5 },
    expect: { outcome: "decline", reasons: ["M"] },
  },
  "ends at the gate when it says otherwise": {
    given: { amount: -1, ratio: 9 },
    expect: { outcome: "approve", reasons: ["G"], notFired: ["unusual"] },
  },
  "fills lists, wherever they lie": {
    given: { segment: "old" },
    lists: { local: ["old"], outside: ["new"] },
    expect: { fired: ["local"], notFired: ["outside"], unknown: [] },
  },
  "fills lists for what stands in for something missing": {
    lists: { local: ["old"], outside: ["new"] },
    expect: { notFired: ["local"], fired: ["outside"] },
  },
  "has empty lists unless told otherwise": { given: { segment: "old" }, expect: { notFired: ["local", "outside"] } },
  "has lists that nobody can ask": {
    given: { segment: "old" },
    lists: { local: "unreadable", outside: "unreadable" },
    expect: { unknown: ["local", "outside"], notFired: ["local", "outside"] },
  },
  "passes the gate that does not know": { given: { ratio: 9 }, expect: { outcome: "decline" } },
};

const failing: Readonly<Record<string, readonly [test: object, ...failures: string[]]>> = {
  "all that does not hold": [
    {
      given: { amount: 10, usual: 2 },
      expect: {
        outcome: "approve",
        reasons: ["R", "G"],
        fired: ["unusual", "night"],
        notFired: ["unusual"],
        unknown: ["weekend"],
      },
    },
    "outcome: expected approve, got decline: R from unusual, R from careful",
    "reasons: expected G among R, R",
    "fired: night did not fire: hour is not under 6 (it is 12)",
    "notFired: unusual fired: ratio is over 3 (it is 5)",
    "unknown: weekend is known: day is not 0 (it is 3); day is not 6 (it is 3)",
  ],
  "a rule expected to fire though it is off": [
    { given: { amount: 1, segment: "old" }, expect: { fired: ["off"] } },
    "fired: off did not fire: it is switched off",
  ],
  "rules expected beyond the gate": [
    { given: { amount: -1, ratio: 9 }, expect: { outcome: "decline", fired: ["unusual"] } },
    "outcome: expected decline, got approve: G from gate",
    "fired: unusual did not fire: the gate answered",
  ],
  "an outcome that nothing asked for": [
    { given: { amount: 1, usual: 1 }, expect: { outcome: "review", shadowOutcome: "decline" } },
    "outcome: expected review, got approve: nothing asked for another than the default",
    "shadowOutcome: expected decline, got review",
  ],
  "other points, with who gave them": [
    { given: { amount: 2, usual: 1 }, expect: { points: 6 } },
    "points: expected 6, got 5: 5 from careful",
  ],
  "no points": [{ given: { amount: 1, usual: 1 }, expect: { points: 6 } }, "points: expected 6, got 0"],
  "what is missing, with the reason": [
    { given: { amount: 1 }, missing: { usual: "timeout" }, expect: { fired: ["unusual"], notFired: ["careful"] } },
    "fired: unusual did not fire: it is not known whether ratio is over 3: ratio is missing (skipped)",
    "notFired: careful fired: it is not known whether amount is over usual: usual is missing (timeout); its onUnknown says fire",
  ],
  "a list that cannot be asked": [
    { given: { segment: "old" }, lists: { outside: "unreadable" }, expect: { fired: ["outside"] } },
    'fired: outside did not fire: it is not known whether segment is in the list "outside"',
  ],
  "what stands in for something missing": [
    { missing: { segment: "timeout" }, expect: { notFired: ["new"] } },
    'notFired: new fired: segment is "new" (standing in: timeout)',
  ],
  "a comparison with another feature, with the values of both": [
    { given: { amount: 2, usual: 3 }, expect: { fired: ["careful"] } },
    "fired: careful did not fire: amount is not over usual (it is 2, usual is 3)",
  ],
};

describe("a policy's test", () => {
  for (const [name, test] of Object.entries(passing)) it(name, async () => assert.deepEqual(await failures(test), []));
  for (const [name, [test, ...expected]] of Object.entries(failing))
    it(`fails for ${name}`, async () => assert.deepEqual(await failures(test), expected));
});
