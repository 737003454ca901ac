import { fromStruct } from "../../client/value.ts";
import type { Json } from "../../domain/event.ts";
import type { DecideResponse__Output } from "../../server/generated/verdict/v1/DecideResponse.ts";
import type { Reason__Output } from "../../server/generated/verdict/v1/Reason.ts";
import type { Rule__Output } from "../../server/generated/verdict/v1/Rule.ts";
import type { Score__Output } from "../../server/generated/verdict/v1/Score.ts";
import type { Source__Output } from "../../server/generated/verdict/v1/Source.ts";
import type { Transaction } from "../../simulate/simulate.ts";
import type { Decision } from "./decider.ts";

/** A feature's value and where it came from, as the engine explains it. */
interface ExplainedFeature {
  readonly name: string;
  readonly value: Json;
  /** `present`, or why there is no value. */
  readonly state: string;
  readonly origin: string;
}

/** One decision with everything that is known about it. */
export interface Explained {
  readonly transaction: Transaction;
  readonly outcome: string;
  readonly reasons: readonly Reason__Output[];
  readonly scores: readonly Score__Output[];
  readonly fired: readonly Rule__Output[];
  /** Those that the fired rules look at, then the others. */
  readonly features: readonly ExplainedFeature[];
  readonly sources: readonly Source__Output[];
  readonly elapsedMs: number;
  readonly traceId: string;
}

/**
 * The decision most worth explaining: a fraud that was declined (else reviewed) for the most reasons, of those the
 * largest amount; undefined if no fraud was caught.
 */
export function mostInteresting(decisions: readonly Decision[]): Decision | undefined {
  const strictness = ["decline", "review"];
  return decisions
    .filter(({ transaction, response }) => transaction.fraud && strictness.includes(response.outcome))
    .sort(
      (left, right) =>
        strictness.indexOf(left.response.outcome) - strictness.indexOf(right.response.outcome) ||
        right.response.reasons.length - left.response.reasons.length ||
        right.transaction.amount - left.transaction.amount,
    )[0];
}

/** Reads the answer to a request with `explain`. What the explanation lacks is left out. */
export function explained(transaction: Transaction, response: DecideResponse__Output): Explained {
  const { features, rules } = response.explanation ? fromStruct(response.explanation) : {};
  const fired = response.rules.filter(({ result }) => result === "FIRED");
  const looked = new Set(fired.flatMap(({ name }) => factsIn(objectOf(rules)[name] ?? null)));
  const [first, others] = [[] as ExplainedFeature[], [] as ExplainedFeature[]];
  for (const [name, feature] of Object.entries(objectOf(features))) {
    const { value = null, state, origin } = objectOf(feature);
    (looked.has(name) ? first : others).push({ name, value, state: textOf(state), origin: textOf(origin) });
  }
  return {
    transaction,
    outcome: response.outcome,
    reasons: response.reasons,
    scores: response.scores,
    fired,
    features: [...first, ...others],
    sources: response.sources.toSorted((left, right) => left.start_ms - right.start_ms),
    elapsedMs: response.elapsed_ms,
    traceId: response.trace_id,
  };
}

/** The names of all features that a rule's tree looks at: `fact` of its leaves, as in json-rules-engine. */
function factsIn(tree: Json): readonly string[] {
  if (tree === null || typeof tree !== "object") return [];
  return Object.entries(tree).flatMap(([key, child]) =>
    key === "fact" && typeof child === "string" ? [child] : factsIn(child),
  );
}

function objectOf(json: Json | undefined): { readonly [name: string]: Json } {
  return json && typeof json === "object" && !Array.isArray(json) ? (json as { readonly [name: string]: Json }) : {};
}

function textOf(json: Json | undefined): string {
  return json === undefined || json === null ? "" : typeof json === "string" ? json : JSON.stringify(json);
}
