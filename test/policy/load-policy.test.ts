import assert from "node:assert/strict";
import type { Problem } from "../../src/documents/problem.ts";
import type { FeatureType } from "../../src/domain/feature.ts";
import { leaves } from "../../src/policy/condition.ts";
import { loadPolicy } from "../../src/policy/load-policy.ts";
import type { Policy } from "../../src/policy/policy.ts";

const features = new Map<string, FeatureType>([
  ["amount", "double"],
  ["country", "string"],
  ["known", "boolean"],
]);
const scope = { features, models: new Set(["card-fraud/1"]), lists: new Set(["blocked_cards"]) };

const leaf = (fact: string, operator = "equal", value: unknown = 1) => ({ fact, operator, value });
const rule = (name: string, conditions: unknown = { all: [leaf("amount")] }, event: unknown = { type: "decline" }) => ({
  name,
  conditions,
  event,
});
const good = { id: "cards", outcomes: ["decline", "review", "approve"], default: "approve", rules: [rule("r")] };

function load(document: unknown, file = "cards.json"): { policy: Policy | undefined; problems: Problem[] } {
  const problems: Problem[] = [];
  return { policy: loadPolicy(file, JSON.stringify(document, null, 1), scope, problems), problems };
}

/** The good policy with some parts replaced is refused for exactly these problems, `path: message | mend`. */
function refuses(parts: object, ...expected: string[]): void {
  const { policy, problems } = load({ ...good, ...parts });
  assert.deepEqual(
    problems.map(({ path, message, fix }) => `${path}: ${message} | ${fix}`),
    expected,
  );
  assert.equal(policy, undefined);
}

const refusals: Readonly<Record<string, readonly [parts: object, ...problems: string[]]>> = {
  "an id that is not its file's name": [
    { id: "other" },
    '$.id: the policy "other" lies in cards.json | name the file other.json, or change the id',
  ],
  "a default that is no outcome": [
    { default: "aprove" },
    '$.default: there is no outcome "aprove" | did you mean "approve"?',
  ],
  "an outcome that nobody declared": [
    { rules: [rule("r", undefined, { type: "challenge" })] },
    '$.rules[0].event.type: there is no outcome "challenge" | use one of decline, review, approve, or declare it under outcomes',
  ],
  "an outcome named points": [
    { outcomes: ["points", "approve"], rules: [] },
    '$.outcomes: "points" is the type of rules that add points, not an outcome | choose another name',
  ],
  "an outcome named error, which ends a run of json-rules-engine": [
    { outcomes: ["error", "approve"], rules: [] },
    '$.outcomes: "error" as an event\'s type ends a run of json-rules-engine | choose another name',
  ],
  "a points rule without points": [
    { rules: [rule("r", undefined, { type: "points" })] },
    '$.rules[0].event: a rule of type points adds none | give "params": {"points": number}',
  ],
  "undeclared reasons, wherever they stand": [
    {
      reasons: { R10: { internal: "text" } },
      gate: { conditions: { all: [leaf("amount")] }, otherwise: { outcome: "none", reason: "R1" } },
      models: {
        score: {
          model: "card-fraud",
          version: "1",
          onMissing: { outcome: "review", reason: "S0" },
          bands: [{ gte: 1, outcome: "reviw", reason: "R10" }],
        },
      },
      points: [{ gte: 60, outcome: "review", reason: "Point" }],
      rules: [rule("r", undefined, { type: "decline", params: { reason: "R11" } })],
    },
    '$.gate.otherwise.outcome: there is no outcome "none" | use one of decline, review, approve, or declare it under outcomes',
    '$.gate.otherwise.reason: there is no reason "R1" | did you mean "R10"?',
    '$.models.score.onMissing.reason: there is no reason "S0" | did you mean "R10"?',
    '$.models.score.bands[0].outcome: there is no outcome "reviw" | did you mean "review"?',
    '$.points[0].reason: there is no reason "Point" | declare it under reasons',
    '$.rules[0].event.params.reason: there is no reason "R11" | did you mean "R10"?',
  ],
  "a model that is not there": [
    { models: { score: { model: "card-fraud", version: "2" } } },
    '$.models.score.model: there is no model card-fraud/2 | did you mean "card-fraud/1"?',
  ],
  "a model unlike any": [
    { models: { score: { model: "x", version: "1" } } },
    "$.models.score.model: there is no model x/1 | known models: card-fraud/1",
  ],
  "a score named as a feature": [
    { models: { amount: { model: "card-fraud", version: "1" } } },
    '$.models.amount: "amount" is a feature of the catalogue already | give the score another name',
  ],
  "two rules of one name": [
    { rules: [rule("r"), rule("s"), rule("r")] },
    '$.rules[2].name: two rules are named "r" | rename one',
  ],
  "wrong tests": [
    {
      tests: [
        {
          name: "t",
          now: "noon",
          given: { amont: 1, amount: "1", country: "FR", constructor: 1 },
          missing: { knwn: "timeout" },
          expect: { outcome: "declin", reasons: ["R10"], fired: ["q"], notFired: ["r"], unknown: ["else"] },
        },
      ],
    },
    '$.tests[0].now: "noon" is not a time | write it as 2026-11-01T10:00:00Z',
    '$.tests[0].missing.knwn: there is no feature "knwn" | did you mean "known"?',
    '$.tests[0].given.amont: there is no feature "amont" | did you mean "amount"?',
    '$.tests[0].given.amount: "1" is not of type double | give a value of type double',
    '$.tests[0].given.constructor: there is no feature "constructor" | use the name of a feature',
    '$.tests[0].expect.outcome: there is no outcome "declin" | did you mean "decline"?',
    '$.tests[0].expect.reasons[0]: there is no reason "R10" | use the name of a reason',
    '$.tests[0].expect.fired[0]: there is no rule "q" | did you mean "r"?',
    '$.tests[0].expect.unknown[0]: there is no rule "else" | use the name of a rule',
  ],
  "an expectation of nothing": [
    { tests: [{ name: "t", given: {}, expect: {} }] },
    "$.tests[0].expect: must not be empty | add at least one entry",
  ],
  "an unknown property of a rule": [
    { rules: [{ ...rule("r"), onUnkown: "fire" }] },
    '$.rules[0].onUnkown: unknown property "onUnkown" | did you mean "onUnknown"?',
  ],
  "negative points": [
    { rules: [rule("r", undefined, { type: "points", params: { points: -1 } })] },
    "$.rules[0].event.params.points: -1 is less than 0 | use 0 or more",
  ],
};

describe("a policy", () => {
  for (const [name, [parts, ...problems]] of Object.entries(refusals))
    it(`is refused for ${name}`, () => refuses(parts, ...problems));

  it("places a problem in its file", () => {
    const { problems } = load({ ...good, default: "aprove" });
    assert.deepEqual(
      problems.map(({ file, line, column }) => [file, line, column]),
      [["cards.json", 8, 2]],
    );
  });

  it("is loaded with its defaults", () => {
    const { policy, problems } = load(good);
    assert.deepEqual(problems, []);
    const { rules, ...rest } = policy!;
    assert.deepEqual(rest, {
      id: "cards",
      file: "cards.json",
      deadlineMs: 700,
      settle: "early",
      outcomes: ["decline", "review", "approve"],
      defaultOutcome: "approve",
      gate: undefined,
      scores: [],
      points: [],
      reasons: new Map(),
      tests: [],
    });
    assert.deepEqual(
      rules.map(({ conditions, ...each }) => each),
      [
        {
          name: "r",
          mode: "live",
          firesOnUnknown: false,
          outcome: "decline",
          points: 0,
          reason: undefined,
          facts: ["amount"],
          reviewBy: undefined,
          rollout: undefined,
        },
      ],
    );
  });

  it("leaves rules out that are off, but still checks them", () => {
    const off = { ...rule("off"), mode: "off" };
    assert.deepEqual(
      load({ ...good, rules: [off, rule("r")] }).policy?.rules.map(({ name }) => name),
      ["r"],
    );
    refuses(
      { rules: [{ ...off, conditions: { all: [leaf("amont")] } }] },
      '$.rules[0].conditions.all[0].fact: there is no feature "amont" | did you mean "amount"?',
    );
  });

  it("orders bands by strictness, then from the highest", () => {
    const band = (gte: number, outcome: string) => ({ gte, outcome });
    const points = [band(1, "approve"), band(5, "review"), band(3, "decline"), band(9, "review"), band(7, "decline")];
    assert.deepEqual(
      load({ ...good, points }).policy?.points.map(({ gte, outcome }) => `${outcome} ${gte}`),
      ["decline 7", "decline 3", "review 9", "review 5", "approve 1"],
    );
  });

  it("lets rules read scores like features", () => {
    const models = { score: { model: "card-fraud", version: "1" } };
    const { policy, problems } = load({ ...good, models, rules: [rule("r", { all: [leaf("score")] })] });
    assert.deepEqual(problems, []);
    assert.deepEqual(
      [...leaves(policy!.rules[0]!.conditions)].map(({ fact }) => fact),
      ["score"],
    );
  });

  it("is checked without its features where the catalogue cannot be read", () => {
    const problems: Problem[] = [];
    const document = { ...good, rules: [rule("r", { all: [leaf("amont")] })], default: "aprove" };
    loadPolicy("cards.json", JSON.stringify(document), { ...scope, features: undefined }, problems);
    assert.deepEqual(
      problems.map(({ path }) => path),
      ["$.default"],
    );
  });
});
