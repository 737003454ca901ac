import type { Decision, TraceIdentity } from "../domain/decision.ts";
import { VerdictError } from "../domain/errors.ts";
import { isOneIn } from "./one-in.ts";
import { RollingQuantile } from "./rolling-quantile.ts";
import { TokenBucket } from "./token-bucket.ts";

/**
 * Why a trace is kept, the first that holds: its caller keeps it; the decision failed; a source of it did; its outcome is
 * not the policy's default; it took longer than 99 % of the policy's of late; it is one in so many.
 */
export const keepReasons = ["parent", "error", "degraded", "outcome", "slow", "ratio"] as const;
export type KeepReason = (typeof keepReasons)[number];

export interface KeepOptions {
  /** Of the decisions that nothing else keeps, one in so many is kept. */
  readonly keepOneIn: number;
  /** How many traces a second are kept besides those that callers keep. */
  readonly maxPerSecond: number;
  /** Milliseconds on any clock. */
  readonly now: () => number;
  /** A trace there was a reason for was not kept: there were too many. */
  readonly onOver: (reason: KeepReason) => void;
}

/** What a decision's time is held against: about the last 15,000 of its policy. */
const slow = { quantile: 0.99, halveAfter: 10_000, atLeast: 200 };

/** Policies come and go with the documents: what is known of more than so many is forgotten. */
const maxPolicies = 1000;

/** Ordinary decisions leave so much of what may be kept to those that somebody will look for. */
const leftByOrdinary = 0.5;

/** Says which traces are kept. One in so many is chosen when the request arrives, so that what it calls can know. */
export class Keeping {
  readonly #options: KeepOptions;
  readonly #bucket: TokenBucket;
  readonly #durations = new Map<string, RollingQuantile>();

  constructor(options: KeepOptions) {
    this.#options = options;
    this.#bucket = new TokenBucket(options.maxPerSecond, options.now());
  }

  /** Chooses one in so many, up to the cap. */
  arrived(trace: TraceIdentity): TraceIdentity {
    const { keepOneIn, now, onOver } = this.#options;
    if (trace.sampled || !isOneIn(keepOneIn, trace.traceId, trace.state)) return trace;
    if (this.#bucket.take(now(), leftByOrdinary)) return { ...trace, chosen: true };
    onOver("ratio");
    return trace;
  }

  /** Why a decision's trace is kept; undefined if it is not. */
  decided(decision: Decision): KeepReason | undefined {
    const isSlow = this.#isSlow(decision);
    const { trace, completeness, outcome, defaultOutcome } = decision;
    if (trace.sampled) return "parent";
    if (completeness === "DEGRADED") return this.#capped("degraded", trace);
    if (outcome !== defaultOutcome) return this.#capped("outcome", trace);
    if (isSlow) return this.#capped("slow", trace);
    return trace.chosen ? "ratio" : undefined;
  }

  /**
   * As `decided`, for a decision that there is not. A request that was refused is its caller's to mend: it has a trace only
   * where the caller keeps one, so that no flood of bad requests takes the place of others.
   */
  failed(error: unknown, trace: TraceIdentity): KeepReason | undefined {
    if (trace.sampled) return "parent";
    const isRefusal = error instanceof VerdictError && error.reason !== "INTERNAL";
    if (isRefusal) return trace.chosen ? "ratio" : undefined;
    return this.#capped("error", trace);
  }

  /** What was chosen on arrival has been counted then. */
  #capped(reason: KeepReason, { chosen = false }: TraceIdentity): KeepReason | undefined {
    if (chosen || this.#bucket.take(this.#options.now())) return reason;
    this.#options.onOver(reason);
    return undefined;
  }

  #isSlow({ policy, elapsedMs }: Decision): boolean {
    let durations = this.#durations.get(policy);
    if (durations === undefined) {
      if (this.#durations.size >= maxPolicies) this.#durations.clear();
      durations = new RollingQuantile(slow);
      this.#durations.set(policy, durations);
    }
    const usual = durations.estimate();
    durations.observe(elapsedMs);
    return usual !== undefined && elapsedMs > usual;
  }
}
