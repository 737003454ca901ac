import type { Json } from "./event.ts";
import type { FeatureState } from "./facts.ts";
import type { FeatureType, FeatureValue, MissingReason } from "./feature.ts";
import type { FetchNote, SourceKind, SourceStatus } from "./source.ts";

/** What a caller asks. Fields as in `verdict.v1.DecideRequest`. */
export interface DecideRequest {
  readonly requestId: string;
  readonly policy: string;
  readonly event: Readonly<Record<string, Json>>;
  /** Milliseconds since the Unix epoch; undefined: now. */
  readonly occurredAtMs: number | undefined;
  readonly explain: boolean;
  readonly dryRun: boolean;
  readonly annotations: Readonly<Record<string, string>>;
}

/** How a request came in. */
export interface DecideCall {
  /** When it arrived, on the monotonic clock. */
  readonly arrivedMs: number;
  /** When the caller stops waiting, on the monotonic clock; undefined: never. */
  readonly deadlineMs: number | undefined;
  /** Fixed up front, so that what goes out during the decision names the trace that is made after it. */
  readonly trace: TraceIdentity;
}

/** The ids of a decision's trace (W3C Trace Context). */
export interface TraceIdentity {
  readonly traceId: string;
  /** The id of the decision's root span. */
  readonly spanId: string;
  readonly parentSpanId: string | undefined;
  /** The caller keeps its trace. */
  readonly sampled: boolean;
  /** This engine keeps it, whatever becomes of the decision. */
  readonly chosen?: boolean;
  /** Its id is random (level 2 of the recommendation), so that several services may choose by it. */
  readonly random?: boolean;
  /** What other tracing systems keep with the trace (`tracestate`); goes out as it came in. */
  readonly state?: string | undefined;
}

export interface Reason {
  readonly code: string;
  readonly message: string;
  readonly rule: string;
}

export type ScoreStatus = "OK" | "MISSING_INPUT" | "ERROR" | "NOT_AWAITED";

export interface Score {
  readonly feature: string;
  readonly model: string;
  readonly version: string;
  readonly value: number | undefined;
  readonly percentile: number | undefined;
  readonly band: string;
  readonly status: ScoreStatus;
}

type RuleResult = "FIRED" | "NOT_FIRED" | "UNKNOWN";

export interface RuleOutcome {
  readonly name: string;
  readonly outcome: string;
  readonly mode: "live" | "shadow";
  readonly result: RuleResult;
}

export type Completeness = "COMPLETE" | "PARTIAL" | "DEGRADED";

/** One step of a decision and what it cost. Milliseconds; `startMs` since the request's arrival. */
export interface StepTiming {
  /** The name of a source, derived feature, model or phase. */
  readonly name: string;
  readonly kind: "source" | "derived" | "model" | "gate" | "rules" | "record";
  readonly sourceKind: SourceKind | undefined;
  readonly status: SourceStatus;
  readonly features: number;
  readonly startMs: number;
  readonly durationMs: number;
  /** Its time on the critical path; over all steps these sum to the decision's elapsed time. */
  readonly contributionMs: number;
  /** By how much earlier the features would have been complete, and the decision made, had it been instant. */
  readonly savingMs: number;
  /** How much slower it could have been without harm. */
  readonly slackMs: number;
  /** For how long it alone was awaited: all else had ended or waited for it. */
  readonly soleMs: number;
  readonly critical: boolean;
  /** False if it never ran, or was given up: it held nothing up. */
  readonly awaited: boolean;
  /** The awaited steps whose result it takes, as indexes into the decision's steps. */
  readonly waitsFor: readonly number[];
  /** The awaited step that ran while this one could have begun, if any did; as such an index. */
  readonly behind: number | undefined;
  /** Of a model: the parts of its duration. */
  readonly parts: { readonly adaptMs: number; readonly inferMs: number } | undefined;
  /** What a failed source said; for logs, never for callers. */
  readonly error: unknown;
  /** The id of its span where it was fixed before, because a call went out with it. */
  readonly spanId: string | undefined;
  /** What became of a fetch besides its answer, with the time since the request's arrival. */
  readonly notes: readonly (FetchNote & { readonly atMs: number })[];
  /** Features that it did not give, and whose stand-in was taken. */
  readonly standIns: readonly string[];
}

export interface ExplainedFeature {
  readonly value: FeatureValue | undefined;
  readonly type: FeatureType;
  readonly state: FeatureState;
  /** `event`, `derived`, `model`, the name of its source, or `list NAME`. */
  readonly origin: string;
  /** Only of an aggregate over events that are no longer kept one by one: its value is approximate. */
  readonly bucketed?: true;
  /** Why it has no value of its own. */
  readonly missing: MissingReason | undefined;
}

/** Only made on request. Trees as in the policy's evaluator. */
export interface DecisionExplanation {
  readonly features: Readonly<Record<string, ExplainedFeature>>;
  readonly rules: Readonly<Record<string, unknown>>;
}

export interface Decision {
  readonly decisionId: string;
  readonly requestId: string;
  readonly policy: string;
  readonly policyDigest: string;
  readonly outcome: string;
  /** The policy's outcome when nothing asks for another. */
  readonly defaultOutcome: string;
  /** What it would be had the rules in shadow counted; undefined if there are none, or the gate answered. */
  readonly shadowOutcome: string | undefined;
  readonly reasons: readonly Reason[];
  readonly scores: readonly Score[];
  readonly rules: readonly RuleOutcome[];
  readonly completeness: Completeness;
  /** Features without a value of their own, and why. */
  readonly missingFeatures: ReadonlyMap<string, MissingReason>;
  readonly settledEarly: boolean;
  readonly gated: boolean;
  readonly steps: readonly StepTiming[];
  /** Names of the steps on the critical path, in time order. */
  readonly criticalPath: readonly string[];
  readonly deadlineMs: number;
  readonly elapsedMs: number;
  /** When the request arrived, milliseconds since the Unix epoch. */
  readonly arrivedAtMs: number;
  readonly trace: TraceIdentity;
  /** Attributes of the event that the policy does not use. */
  readonly ignoredAttributes: readonly string[];
  readonly dryRun: boolean;
  readonly explanation: DecisionExplanation | undefined;
}
