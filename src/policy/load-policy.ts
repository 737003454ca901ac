import path from "node:path";
import { type Document, parseDocument } from "../documents/document.ts";
import type { Problem } from "../documents/problem.ts";
import type { DocumentPath } from "../documents/report.ts";
import type { FeatureType } from "../domain/feature.ts";
import { didYouMean } from "../domain/suggest.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import { factsOf } from "./condition.ts";
import { costOf } from "./cost.ts";
import { type ConditionScope, loadCondition } from "./load-conditions.ts";
import { loadTests } from "./load-tests.ts";
import { type Answer, type Band, type Policy, pointsType, type Rule, type ScoreFeature } from "./policy.ts";
import {
  type AnswerDocument,
  type BandDocument,
  type PolicyDocument,
  PolicySchema,
  PolicyTestsSchema,
  type RuleDocument,
} from "./policy-schema.ts";

/** What a policy may refer to. */
export interface PolicyScope {
  /** Undefined if the catalogue could not be read: then names of features are not checked. */
  readonly features: ReadonlyMap<string, FeatureType> | undefined;
  /** `name/version` of the loaded models. */
  readonly models: ReadonlySet<string>;
  /** Names of the lists there are; undefined if they could not be read: then they are not checked. */
  readonly lists: ReadonlySet<string> | undefined;
  /** Of them, those that have to be fetched. */
  readonly fetchedLists?: ReadonlySet<string>;
}

const defaultDeadlineMs = 700;

/** Bounds how long evaluating all rules once may hold everything else up: some milliseconds. In comparisons. */
const maxCost = 300_000;

/**
 * Reads a policy.
 * @param problems receives everything that is wrong with it.
 * @param beside its tests in a file of their own.
 * @returns undefined if anything is.
 */
export function loadPolicy(
  file: string,
  text: string,
  scope: PolicyScope,
  problems: Problem[],
  beside?: { readonly file: string; readonly text: string },
): Policy | undefined {
  const before = problems.length;
  const document = parseDocument(file, text, PolicySchema, problems);
  const besideDocument = beside && parseDocument(beside.file, beside.text, PolicyTestsSchema, problems);
  if (document === undefined) return undefined;
  const { value, report } = document;

  if (`${value.id}.json` !== path.basename(file))
    report(
      ["id"],
      `the policy "${value.id}" lies in ${path.basename(file)}`,
      `name the file ${value.id}.json, or change the id`,
    );
  const features = scope.features && new Map(scope.features);
  for (const name of Object.keys(value.models ?? {})) {
    if (features?.has(name))
      report(["models", name], `"${name}" is a feature of the catalogue already`, "give the score another name");
    features?.set(name, "double");
  }
  checkOutcomes(document);
  checkModels(document, scope);
  checkRuleNames(document);
  checkRollouts(document, features);
  const { lists, fetchedLists } = scope;
  const conditions: ConditionScope = { features, lists, fetchedLists, shared: value.conditions ?? {}, report };
  for (const [name, shared] of Object.entries(value.conditions ?? {}))
    loadCondition(shared, ["conditions", name], conditions, name);
  const policy = toPolicy(document, conditions);
  const cost = policy.rules.reduce((sum, rule) => sum + costOf(rule.conditions), 0);
  if (cost > maxCost)
    report(
      ["rules"],
      `all rules together take up to ${cost} comparisons, and at most ${maxCost} are allowed`,
      "use fewer or smaller conditions, or lists of values in files with inList",
    );
  const tests = loadTests(document, besideDocument, { features, lists });
  return problems.length > before ? undefined : { ...policy, tests };
}

type PolicyFile = Document<PolicyDocument>;

function toPolicy({ file, value }: PolicyFile, scope: ConditionScope): Omit<Policy, "tests"> {
  return {
    id: value.id,
    file,
    deadlineMs: value.deadlineMs ?? defaultDeadlineMs,
    settle: value.settle ?? "early",
    outcomes: value.outcomes,
    defaultOutcome: value.default,
    gate: value.gate && {
      conditions: loadCondition(value.gate.conditions, ["gate", "conditions"], scope),
      otherwise: toAnswer(value.gate.otherwise),
    },
    scores: Object.entries(value.models ?? {}).map(
      ([feature, { model, version, onMissing, bands }]): ScoreFeature => ({
        feature,
        model,
        version,
        onMissing: onMissing && toAnswer(onMissing),
        bands: toBands(bands, value.outcomes),
      }),
    ),
    points: toBands(value.points, value.outcomes),
    rules: value.rules.flatMap((rule, at) => toRule(rule, ["rules", at, "conditions"], scope)),
    reasons: new Map(Object.entries(value.reasons ?? {}).map(([code, { internal }]) => [code, internal])),
  };
}

function toRule(rule: RuleDocument, path: DocumentPath, scope: ConditionScope): Rule[] {
  const conditions = loadCondition(rule.conditions, path, scope);
  const mode = rule.mode ?? "live";
  if (mode === "off") return [];
  const { type, params } = rule.event;
  return [
    {
      name: rule.name,
      mode,
      rollout: rule.rollout,
      reviewBy: rule.reviewBy,
      firesOnUnknown: rule.onUnknown === "fire",
      conditions,
      facts: [...factsOf(conditions)],
      outcome: type,
      points: params?.points ?? 0,
      reason: params?.reason,
    },
  ];
}

function toAnswer({ outcome, reason }: AnswerDocument): Answer {
  return { outcome, reason };
}

function toBands(bands: readonly BandDocument[] = [], outcomes: readonly string[]): Band[] {
  return bands
    .map(({ gte, outcome, reason }) => ({ gte, outcome, reason }))
    .sort((left, right) => outcomes.indexOf(left.outcome) - outcomes.indexOf(right.outcome) || right.gte - left.gte);
}

/** Every outcome named anywhere is declared, and so is every reason. */
function checkOutcomes({ value, report }: PolicyFile): void {
  const reasons = Object.keys(value.reasons ?? {});
  const checkOutcome = (outcome: string, path: DocumentPath) => {
    if (!value.outcomes.includes(outcome)) {
      report(
        path,
        `there is no outcome "${outcome}"`,
        didYouMean(outcome, value.outcomes) ?? `use one of ${value.outcomes.join(", ")}, or declare it under outcomes`,
      );
    }
  };
  const checkReason = (reason: string | undefined, path: DocumentPath) => {
    if (reason !== undefined && !reasons.includes(reason))
      report(path, `there is no reason "${reason}"`, didYouMean(reason, reasons) ?? "declare it under reasons");
  };
  const checkAnswer = (answer: AnswerDocument | undefined, path: DocumentPath) => {
    if (answer === undefined) return;
    checkOutcome(answer.outcome, [...path, "outcome"]);
    checkReason(answer.reason, [...path, "reason"]);
  };
  if (value.outcomes.includes(pointsType))
    report(["outcomes"], `"${pointsType}" is the type of rules that add points, not an outcome`, "choose another name");
  if (value.outcomes.includes("error"))
    report(["outcomes"], '"error" as an event\'s type ends a run of json-rules-engine', "choose another name");
  checkOutcome(value.default, ["default"]);
  checkAnswer(value.gate?.otherwise, ["gate", "otherwise"]);
  for (const [name, model] of Object.entries(value.models ?? {})) {
    checkAnswer(model.onMissing, ["models", name, "onMissing"]);
    for (const [at, band] of (model.bands ?? []).entries()) checkAnswer(band, ["models", name, "bands", at]);
  }
  for (const [at, band] of (value.points ?? []).entries()) checkAnswer(band, ["points", at]);
  for (const [at, { event }] of value.rules.entries()) {
    if (event.type !== pointsType) checkOutcome(event.type, ["rules", at, "event", "type"]);
    else if (event.params?.points === undefined)
      report(["rules", at, "event"], "a rule of type points adds none", 'give "params": {"points": number}');
    checkReason(event.params?.reason, ["rules", at, "event", "params", "reason"]);
  }
}

function checkModels({ value, report }: PolicyFile, scope: PolicyScope): void {
  for (const [feature, { model, version }] of Object.entries(value.models ?? {})) {
    if (scope.models.has(`${model}/${version}`)) continue;
    const known = [...scope.models];
    report(
      ["models", feature, "model"],
      `there is no model ${model}/${version}`,
      didYouMean(`${model}/${version}`, known) ?? `known models: ${known.join(", ") || "none"}`,
    );
  }
}

function checkRuleNames({ value, report }: PolicyFile): void {
  const seen = new Set<string>();
  for (const [at, { name }] of value.rules.entries()) {
    if (seen.has(name)) report(["rules", at, "name"], `two rules are named "${name}"`, "rename one");
    seen.add(name);
  }
}

function checkRollouts({ value, report }: PolicyFile, features: ReadonlyMap<string, FeatureType> | undefined): void {
  for (const [at, { mode = "live", rollout, reviewBy }] of value.rules.entries()) {
    const path = ["rules", at];
    if (reviewBy !== undefined && parseIsoTimestamp(reviewBy) === undefined)
      report([...path, "reviewBy"], `there is no day ${reviewBy}`, "write a day as 2026-12-31");
    if (rollout === undefined) continue;
    if (mode !== "live")
      report(
        [...path, "rollout"],
        `a rule that is ${mode} is rolled out to nobody`,
        "remove rollout, or make the rule live",
      );
    if (features?.has(rollout.by) === false)
      report(
        [...path, "rollout", "by"],
        `there is no feature "${rollout.by}"`,
        didYouMean(rollout.by, features.keys()) ?? "use a feature that names the customer, such as customer_id",
      );
  }
}
