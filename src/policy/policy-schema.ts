import Type, { type Static } from "typebox";
import { missingReasons } from "../domain/feature.ts";

/**
 * The shape of `policies/<id>.json`: validator, static types and JSON Schema come from here. What `refersTo` something is
 * the name of one; where it is known which there are, the schemas for editors say so (`src/cli/editor-schema`), and add
 * what a part `alsoFits`.
 */

const closed = { additionalProperties: false } as const;
const Text = Type.String({ description: "a sentence for people" });
const FeatureName = Type.String({
  pattern: "^[a-z][a-z0-9_]*$",
  description: "the name of a feature in snake_case",
  examples: ["amount"],
});
const KnownFeature = Type.String({ ...FeatureName, refersTo: "feature" });
const Word = Type.String({
  pattern: "^[a-z][a-z0-9_-]*$",
  description: "a short name in lower case",
  examples: ["decline"],
});
const OutcomeName = Type.String({ ...Word, description: "one of the policy's outcomes", refersTo: "outcome" });
const ReasonCode = Type.String({
  minLength: 1,
  maxLength: 64,
  description: "a code declared under reasons",
  examples: ["R10"],
  refersTo: "reason",
});

const labelled = {
  name: Type.Optional(Type.String({ description: "a label for people" })),
  priority: Type.Optional(Type.Integer({ minimum: 1, description: "the order of evaluation; never changes a result" })),
};
const reference = Type.Ref("Condition");
const Conditions = Type.Array(reference, { minItems: 1, description: "a list of at least one condition" });

const Leaf = Type.Object(
  {
    fact: KnownFeature,
    operator: Type.String({
      minLength: 1,
      description: "an operator",
      examples: ["greaterThan"],
      refersTo: "operator",
    }),
    value: Type.Unknown({ description: 'what to compare with: a value, or {"fact": name}' }),
    path: Type.Optional(Type.String({ description: "a dotted path into the fact" })),
    ...labelled,
  },
  { ...closed, description: "a comparison of one fact", alsoFits: "comparison" },
);

/** json-rules-engine 7 conditions; exactly one of the forms at each place. */
const ConditionTree = Type.Cyclic(
  {
    Condition: Type.Union(
      [
        Type.Object({ all: Conditions, ...labelled }, { ...closed, description: "true if every one is" }),
        Type.Object({ any: Conditions, ...labelled }, { ...closed, description: "true if one is" }),
        Type.Object({ not: reference, ...labelled }, { ...closed, description: "true if it is false" }),
        Type.Object(
          { condition: Type.String({ ...Word, refersTo: "sharedCondition" }), ...labelled },
          { ...closed, description: "a shared condition by name" },
        ),
        Leaf,
      ],
      { alsoFits: "condition" },
    ),
  },
  "Condition",
  { alsoFits: "topCondition" },
);

const Answer = Type.Object(
  { outcome: OutcomeName, reason: Type.Optional(ReasonCode) },
  { ...closed, description: 'an outcome and its reason, {"outcome": …, "reason": …}' },
);
const Band = Type.Object(
  { gte: Type.Number(), outcome: OutcomeName, reason: Type.Optional(ReasonCode) },
  { ...closed, description: "from this number on" },
);

const Model = Type.Object(
  {
    model: Type.String({
      pattern: "^[a-z][a-z0-9-]*$",
      description: "the model's name",
      examples: ["card-fraud"],
      refersTo: "model",
    }),
    version: Type.String({ minLength: 1, description: "the model's version", examples: ["1"] }),
    onMissing: Type.Optional(Answer),
    bands: Type.Optional(
      Type.Array(Band, { description: "score bands; of those that the score reaches the strictest holds" }),
    ),
    description: Type.Optional(Text),
  },
  { ...closed, alsoFits: "modelVersion" },
);

const Rule = Type.Object(
  {
    name: Type.String({
      minLength: 1,
      maxLength: 128,
      description: "the rule's name, unique in the policy",
      examples: ["blocked-card"],
    }),
    description: Type.Optional(Text),
    mode: Type.Optional(
      Type.Enum(["live", "shadow", "off"], { description: '"live" (the default), "shadow" or "off"' }),
    ),
    rollout: Type.Optional(
      Type.Object(
        {
          percent: Type.Number({
            minimum: 0,
            maximum: 100,
            description: "the share of values for which the rule is live",
          }),
          by: KnownFeature,
        },
        {
          ...closed,
          description: "live for a fixed share of the values of a feature, shadow for the rest",
          examples: [{ percent: 10, by: "customer_id" }],
        },
      ),
    ),
    reviewBy: Type.Optional(
      Type.String({
        pattern: "^\\d{4}-\\d{2}-\\d{2}$",
        description: "the day by which somebody decides what becomes of the rule",
        examples: ["2026-12-31"],
      }),
    ),
    onUnknown: Type.Optional(Type.Enum(["fire", "ignore"], { description: '"ignore" (the default) or "fire"' })),
    conditions: ConditionTree,
    event: Type.Object(
      {
        type: Type.String({
          pattern: "^[a-z][a-z0-9_-]*$",
          description: 'an outcome of the policy, or "points"',
          examples: ["decline"],
          refersTo: "eventType",
        }),
        params: Type.Optional(
          Type.Object(
            {
              reason: Type.Optional(ReasonCode),
              points: Type.Optional(Type.Number({ minimum: 0, description: "points added when the rule fires" })),
            },
            closed,
          ),
        ),
      },
      closed,
    ),
    priority: labelled.priority,
  },
  { ...closed, alsoFits: "rule" },
);

const Scalar = Type.Union([Type.Number(), Type.String(), Type.Boolean()]);
const Names = Type.Array(Type.String());
/** What a test says of a list that cannot be asked. */
export const unreadable = "unreadable";
const rulesThat = (doing: string) =>
  Type.Array(Type.String({ refersTo: "ruleName" }), { description: `rules that ${doing}` });
/** Why a feature has no value in a test. */
export const MissingReason = Type.Enum([...missingReasons], {
  description: `one of ${missingReasons.map((reason) => JSON.stringify(reason)).join(", ")}`,
});
const Test = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "what the test shows" }),
    now: Type.Optional(Type.String({ description: "the event's time, ISO 8601", examples: ["2026-11-01T10:00:00Z"] })),
    given: Type.Record(Type.String(), Scalar, {
      description:
        "features by name; one neither given nor missing is derived, if it can be, or else missing: not_found",
      alsoFits: "given",
    }),
    missing: Type.Optional(
      Type.Record(Type.String(), MissingReason, {
        description: "missing features with their reasons",
        alsoFits: "missing",
      }),
    ),
    lists: Type.Optional(
      Type.Record(Type.String(), Type.Union([Names, Type.Literal(unreadable)]), {
        description: `entries of lists by name, or "${unreadable}"; a list not named is empty`,
        alsoFits: "listKeys",
      }),
    ),
    expect: Type.Object(
      {
        outcome: Type.Optional(OutcomeName),
        shadowOutcome: Type.Optional(OutcomeName),
        points: Type.Optional(Type.Number({ description: "the points of all live rules that fired" })),
        reasons: Type.Optional(
          Type.Array(Type.String({ refersTo: "reason" }), { description: "must be among the reasons given" }),
        ),
        fired: Type.Optional(rulesThat("fire, in shadow and outside their rollout too")),
        notFired: Type.Optional(rulesThat("do not fire")),
        unknown: Type.Optional(rulesThat("are unknown, whether they fire for it or not")),
      },
      { ...closed, minProperties: 1, description: "what must hold" },
    ),
  },
  closed,
);

/** The shape of `policies/<id>.tests.json`: cases that stand beside the policy. */
export const PolicyTestsSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    policy: Type.Optional(Type.String({ description: "the id of the policy beside it, to make sure" })),
    description: Type.Optional(Text),
    tests: Type.Array(Test, { description: "cases the policy must decide as stated" }),
  },
  {
    ...closed,
    $id: "https://verdict.dev/schema/tests.json",
    title: "Policy tests",
    description: "Cases that the policy beside this file must decide as stated.",
  },
);

export const PolicySchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    id: Type.String({
      pattern: "^[a-z][a-z0-9-]*$",
      maxLength: 64,
      description: "the policy's id, as its file's name",
      examples: ["card-authorization"],
    }),
    description: Type.Optional(Text),
    owner: Type.Optional(Type.String({ description: "who answers for it" })),
    deadlineMs: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 60_000,
        description: "when a decision is due, in milliseconds; default 700",
      }),
    ),
    settle: Type.Optional(Type.Enum(["early", "complete"], { description: '"early" (the default) or "complete"' })),
    outcomes: Type.Array(Word, {
      minItems: 1,
      maxItems: 32,
      uniqueItems: true,
      description: "the outcomes, strictest first",
    }),
    default: OutcomeName,
    gate: Type.Optional(Type.Object({ conditions: ConditionTree, otherwise: Answer }, closed)),
    models: Type.Optional(
      Type.Record(FeatureName, Model, { ...closed, description: "models by the name of their score feature" }),
    ),
    points: Type.Optional(
      Type.Array(Band, { description: "thresholds of the sum of points; of those reached the strictest holds" }),
    ),
    conditions: Type.Optional(
      Type.Record(Word, ConditionTree, { ...closed, description: "shared conditions by name" }),
    ),
    rules: Type.Array(Rule, { maxItems: 10_000, description: "the rules; their order never matters" }),
    reasons: Type.Optional(
      Type.Record(
        Type.String({ minLength: 1 }),
        Type.Object({ internal: Text, customer: Type.Optional(Text) }, closed),
        { description: "reason codes with their texts" },
      ),
    ),
    tests: Type.Optional(Type.Array(Test, { description: "cases the policy must decide as stated" })),
  },
  {
    ...closed,
    $id: "https://verdict.dev/schema/policy.json",
    title: "Policy",
    description: "What decides: gate, models, rules, precedence, reasons, tests.",
  },
);

export type PolicyDocument = Static<typeof PolicySchema>;
export type RuleDocument = PolicyDocument["rules"][number];
export type PolicyTest = NonNullable<PolicyDocument["tests"]>[number];
export type PolicyTestsDocument = Static<typeof PolicyTestsSchema>;
export type BandDocument = Static<typeof Band>;
export type AnswerDocument = Static<typeof Answer>;

/** A condition as json-rules-engine 7 writes it. */
export type ConditionDocument = Static<typeof ConditionTree>;
export type LeafDocument = Static<typeof Leaf>;
