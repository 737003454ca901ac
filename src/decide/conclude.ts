import { v7 as uuidv7 } from "uuid";
import type {
  Completeness,
  DecideCall,
  DecideRequest,
  Decision,
  DecisionExplanation,
  RuleOutcome,
  Score,
  ScoreStatus,
  StepTiming,
} from "../domain/decision.ts";
import type { SourceStatus } from "../domain/source.ts";
import type { Gathering } from "../features/fetch.ts";
import type { Truth } from "../policy/condition.ts";
import { isLive } from "../policy/rollout.ts";
import type { Admitted } from "./admit.ts";
import { randomBytes } from "./random.ts";
import { bandOf, type Resolution } from "./resolve.ts";
import { shadowOutcome } from "./shadow.ts";
import { stepTimings } from "./step-timings.ts";
import type { Stopwatch } from "./stopwatch.ts";

/** Everything a decision came to. */
export interface Concluded {
  readonly request: DecideRequest;
  readonly call: DecideCall;
  readonly admitted: Admitted;
  readonly counted: boolean;
  readonly gathering: Gathering;
  readonly gated: boolean;
  readonly settledEarly: boolean;
  readonly truths: readonly Truth[];
  readonly resolution: Resolution;
  readonly explanation: DecisionExplanation | undefined;
  readonly watch: Stopwatch;
}

/** Makes the decision out of what was found: pure but for its id and the time it ends. */
export function conclude(found: Concluded): Decision {
  const { request, call, admitted, gathering, watch, resolution } = found;
  const elapsedMs = watch.elapsedMs();
  const { steps, criticalPath } = stepTimings(admitted, gathering.timings, watch, elapsedMs);
  return {
    decisionId: uuidv7({ random: randomBytes(16) }),
    requestId: request.requestId,
    policy: admitted.compiled.policy.id,
    policyDigest: admitted.bundle.digest,
    outcome: resolution.outcome,
    defaultOutcome: admitted.compiled.policy.defaultOutcome,
    shadowOutcome: found.gated ? undefined : shadowOutcome(admitted.compiled.allLive, admitted.context, found.truths),
    reasons: resolution.reasons,
    scores: scores(admitted, steps),
    rules: ruleOutcomes(found),
    completeness: completeness(found, steps),
    missingFeatures: new Map(admitted.context.missingFeatures()),
    settledEarly: found.settledEarly,
    gated: found.gated,
    steps,
    criticalPath,
    deadlineMs: admitted.deadlineMs - call.arrivedMs,
    elapsedMs,
    arrivedAtMs: watch.arrivedAtMs(),
    trace: call.trace,
    ignoredAttributes: admitted.ignoredAttributes,
    dryRun: request.dryRun,
    explanation: found.explanation,
  };
}

/** All rules with `explain`, else those worth telling. */
function ruleOutcomes({ admitted, request, truths }: Concluded): RuleOutcome[] {
  return truths.flatMap((truth, at) => {
    if (truth === false && !request.explain) return [];
    const rule = admitted.compiled.policy.rules[at]!;
    const { name, outcome } = rule;
    const mode = isLive(rule, admitted.context) === true ? "live" : "shadow";
    return [{ name, outcome, mode, result: truth === true ? "FIRED" : truth === false ? "NOT_FIRED" : "UNKNOWN" }];
  });
}

const scoreStatus: Readonly<Record<SourceStatus, ScoreStatus>> = {
  OK: "OK",
  CACHED: "OK",
  SKIPPED: "MISSING_INPUT",
  NOT_AWAITED: "NOT_AWAITED",
  NOT_FOUND: "ERROR",
  TIMEOUT: "ERROR",
  ERROR: "ERROR",
};

function scores({ compiled, context }: Admitted, steps: readonly StepTiming[]): Score[] {
  return compiled.policy.scores.map(({ feature, model, version, bands }) => {
    const value = context.value(feature);
    const number = value === undefined ? undefined : Number(value);
    const step = steps.find(({ name, kind }) => kind === "model" && name === feature);
    return {
      feature,
      model,
      version,
      value: number,
      percentile: number === undefined ? undefined : compiled.modelOf.get(feature)?.percentile(number),
      band: (number === undefined ? undefined : bandOf(bands, number)?.outcome) ?? "",
      status: scoreStatus[step?.status ?? "NOT_AWAITED"],
    };
  });
}

function completeness(
  { admitted, counted, gathering, request, settledEarly, truths }: Concluded,
  steps: readonly StepTiming[],
): Completeness {
  // A source that is skipped with an error is one that is not asked because it fails.
  const failed = steps.some(
    ({ kind, status, error }) =>
      (kind === "source" || kind === "model") &&
      (status === "TIMEOUT" || status === "ERROR" || (status === "SKIPPED" && error !== undefined)),
  );
  if (failed || gathering.late || (!counted && !request.dryRun)) return "DEGRADED";
  // An answer from a source with a problem is less than it should be: lacking a part, or an expired one that stands in.
  const flawed = steps.some(({ kind, error }) => kind === "source" && error !== undefined);
  const missing = !admitted.context.missingFeatures().next().done;
  return missing || flawed || settledEarly || truths.includes("unknown") ? "PARTIAL" : "COMPLETE";
}
