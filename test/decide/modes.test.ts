import assert from "node:assert/strict";
import type { Fetch } from "../../src/domain/source.ts";
import { createMetrics } from "../../src/observe/metrics/metrics.ts";
import { shareOf } from "../../src/policy/rollout.ts";
import { closeAll, type Documents, engineOf } from "./support/engine.ts";

const features = {
  customer: { from: "request", path: "customer", type: "string" },
  amount: { from: "request", path: "amount", type: "double" },
  country: { from: "customers", path: "country", type: "string" },
  device: { from: "devices", path: "device", type: "string" },
};
const sources = {
  customers: { kind: "table", key: ["customer"], timeoutMs: 2000 },
  devices: { kind: "table", key: ["customer"], timeoutMs: 2000 },
};
const high = { all: [{ fact: "amount", operator: "greaterThan", value: 1 }] };
const rule = (name: string, type: string, conditions: object = high, parts: object = {}) => ({
  name,
  conditions,
  event: { type },
  ...parts,
});
const engine = (policy: object, parts: Partial<Documents> = {}) => engineOf({ sources, features, policy, ...parts });

afterEach(closeAll);

describe("a rule in shadow", () => {
  const policy = { rules: [rule("strict", "decline", high, { mode: "shadow" }), rule("mild", "review")] };

  it("is told, but has no part in the outcome", async () => {
    const { outcome, shadowOutcome, rules } = await engine(policy).decide();
    assert.deepEqual([outcome, shadowOutcome], ["review", "decline"]);
    assert.deepEqual(
      rules.map(({ name, mode, result }) => [name, mode, result]),
      [
        ["strict", "shadow", "FIRED"],
        ["mild", "live", "FIRED"],
      ],
    );
  });

  it("is counted where it would have changed the outcome", async () => {
    const metrics = createMetrics();
    metrics.decided(await engine(policy).decide(), false);
    const { text } = await metrics.render();
    assert.match(
      text,
      /^verdict_shadow_disagreements_total\{policy="p",outcome="review",shadow_outcome="decline"\} 1$/m,
    );
    assert.match(text, /^verdict_rules_total\{policy="p",rule="strict",mode="shadow",result="fired"\} 1$/m);
  });

  it("has no outcome to tell where there is none", async () => {
    const { shadowOutcome } = await engine({ rules: [rule("mild", "review")] }).decide();
    assert.equal(shadowOutcome, undefined);
  });
});

describe("a rule that is rolled out", () => {
  const percent = 40;
  const rolledOut = rule("new", "decline", high, { rollout: { percent, by: "customer" } });

  it("is live for its share of the values, and in shadow for the rest", async () => {
    const { decide } = engine({ rules: [rolledOut] });
    const customers = Array.from({ length: 40 }, (_, at) => `customer-${at}`);
    for (const customer of customers) {
      const { outcome, shadowOutcome, rules } = await decide({ event: { customer, amount: 5 } });
      const live = shareOf("new", customer) < percent;
      assert.deepEqual([outcome, shadowOutcome], [live ? "decline" : "approve", "decline"]);
      assert.deepEqual(rules[0]?.mode, live ? "live" : "shadow");
    }
    const shares = customers.map((customer) => shareOf("new", customer));
    assert.ok(Math.min(...shares) < percent && Math.max(...shares) >= percent, "both happened");
  });

  it("fetches what it is rolled out by, and is in shadow without it", async () => {
    const byCountry = { ...rolledOut, rollout: { percent: 100, by: "country" } };
    const answers = (country: string | undefined) => ({
      customers: async () => {
        if (country === undefined) throw new Error("down");
        return { status: "OK" as const, values: [country] };
      },
    });
    assert.equal((await engine({ rules: [byCountry] }, { answers: answers("FR") }).decide()).outcome, "decline");
    assert.equal((await engine({ rules: [byCountry] }, { answers: answers(undefined) }).decide()).outcome, "approve");
  });
});

describe("a list", () => {
  const blocked = rule("blocked", "decline", { any: [{ fact: "customer", operator: "inList", value: "blocked" }] });
  const rules = [blocked];

  it("is asked for the event's own value", async () => {
    const { decide } = engine({ rules }, { lists: { blocked: ["alice"] } });
    assert.equal((await decide()).outcome, "decline");
    assert.equal((await decide({ event: { customer: "bob", amount: 1 } })).outcome, "approve");
  });

  it("that cannot be read leaves the rule unknown, and the decision PARTIAL", async () => {
    const unread = {
      get blocked(): never {
        return undefined as never;
      },
    };
    const { outcome, rules: told, completeness } = await engine({ rules }, { lists: unread }).decide();
    assert.deepEqual([outcome, told[0]?.result, completeness], ["approve", "UNKNOWN", "PARTIAL"]);
  });
});

describe("a list that has to be fetched", () => {
  const asks = (name: string, type: string, fact = "customer", list = "blocked") =>
    rule(name, type, { any: [{ fact, operator: "inList", value: list }] });
  const inside: Fetch = ({ key: [value] }) => ({ status: "OK", values: [value === "alice"] });
  const rules = [asks("blocked", "decline")];

  it("is asked for the event's own value, once however many rules ask", async () => {
    const keys: unknown[] = [];
    const blocked: Fetch = (request) => {
      keys.push(request.key);
      return inside(request);
    };
    const { decide } = engine({ rules: [...rules, asks("again", "review")] }, { fetchedLists: { blocked } });
    const { outcome, steps, completeness } = await decide();
    assert.deepEqual([outcome, completeness, keys], ["decline", "COMPLETE", [["alice"]]]);
    assert.deepEqual(
      steps.map(({ name, kind, sourceKind, status }) => [name, kind, sourceKind, status]),
      [
        ["customer in blocked", "source", "redis", "OK"],
        ["rules", "rules", undefined, "OK"],
      ],
    );
    assert.equal((await decide({ event: { customer: "bob", amount: 1 } })).outcome, "approve");
  });

  it("waits for a feature of another source, and for nothing else", async () => {
    const answers: Documents["answers"] = { customers: async () => ({ status: "OK", values: ["alice"] }) };
    const { decide } = engine(
      { rules: [asks("r", "decline", "country")] },
      { answers, fetchedLists: { blocked: inside } },
    );
    const { outcome, criticalPath } = await decide();
    assert.equal(outcome, "decline");
    assert.deepEqual(criticalPath, ["customers", "country in blocked", "rules"]);
  });

  it("that fails or comes too late leaves the rule unknown, and the decision DEGRADED", async () => {
    const ways: readonly Fetch[] = [
      () => Promise.reject(new Error("the list is lost")),
      () => {
        throw new Error("the list is lost");
      },
      () => new Promise(() => {}),
    ];
    for (const blocked of ways) {
      const { decide } = engine({ rules, deadlineMs: 100 }, { fetchedLists: { blocked } });
      const { outcome, rules: told, completeness, missingFeatures } = await decide();
      assert.deepEqual([outcome, told[0]?.result, completeness], ["approve", "UNKNOWN", "DEGRADED"]);
      assert.deepEqual([...missingFeatures.keys()], ["customer in blocked"]);
    }
  });

  it("lets the gate answer without asking any other", async () => {
    const gate = {
      conditions: { all: [{ fact: "customer", operator: "notInList", value: "blocked" }] },
      otherwise: { outcome: "review" },
    };
    const other: Fetch = () => assert.fail("the gate does not need it");
    const lists = { blocked: inside, other };
    const { decide } = engine({ gate, rules: [asks("r", "decline", "customer", "other")] }, { fetchedLists: lists });
    const { outcome, gated, steps } = await decide();
    assert.deepEqual([outcome, gated], ["review", true]);
    assert.equal(steps.find(({ name }) => name === "customer in other")?.status, "NOT_AWAITED");
  });

  it("is given up when it cannot matter any more", async () => {
    const blocked: Fetch = () => new Promise(() => {});
    const policy = { rules: [rule("sure", "decline"), ...rules], settle: "early" };
    const { outcome, settledEarly, steps } = await engine(policy, { fetchedLists: { blocked } }).decide();
    assert.deepEqual([outcome, settledEarly], ["decline", true]);
    assert.equal(steps.find(({ name }) => name === "customer in blocked")?.status, "NOT_AWAITED");
  });
});

describe("early settlement", () => {
  it("gives up a source that cannot matter, and waits for the one that can", async () => {
    let aborted = false;
    let answer: (() => void) | undefined;
    const answers: Documents["answers"] = {
      // Only asks for review, which is certain already.
      devices: ({ signal }) =>
        new Promise((_, reject) => {
          signal.addEventListener("abort", () => {
            aborted = true;
            answer?.();
            reject(signal.reason);
          });
        }),
      // Answers only once the other was given up.
      customers: () =>
        new Promise((resolve) => {
          answer = () => resolve({ status: "OK", values: ["XX"] });
        }),
    };
    const rules = [
      rule("mild", "review"),
      rule("device", "review", { all: [{ fact: "device", operator: "equal", value: "phone" }] }),
      rule("abroad", "decline", { all: [{ fact: "country", operator: "equal", value: "XX" }] }),
    ];
    const { outcome, settledEarly, steps } = await engine({ rules, settle: "early" }, { answers }).decide();
    assert.ok(aborted);
    assert.deepEqual([outcome, settledEarly], ["decline", true]);
    const statuses = Object.fromEntries(steps.map(({ name, status }) => [name, status]));
    assert.deepEqual(statuses, { customers: "OK", devices: "NOT_AWAITED", rules: "OK" });
  });
});
