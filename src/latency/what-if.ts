import type { TimedDecision, TimedStep } from "../domain/timed-decision.ts";
import { replay } from "./replay.ts";

/** What could be otherwise about a step. */
export const scenarios = ["instant", "twiceAsFast", "cached", "dropped"] as const;
export type Scenario = (typeof scenarios)[number];

/** Which can be asked about a kind of step: only what is fetched can be cached, and only inputs can be done without. */
export function isAskedOf(scenario: Scenario, { kind }: Pick<TimedStep, "kind">): boolean {
  if (scenario === "cached") return kind === "source";
  if (scenario === "dropped") return kind === "source" || kind === "model";
  return true;
}

/**
 * How long a decision would have taken were one of its steps
 * - `instant`: of no duration;
 * - `twiceAsFast`: of half its duration;
 * - `cached`: answered from memory, instantly, in that share of decisions. Which they are hangs on the decision's id alone.
 *   What was answered from memory stays as it was;
 * - `dropped`: not there; sources and derived features that need it are skipped, models and rules do without. What it needed
 *   is still fetched.
 * @param at an awaited step for which the scenario is asked.
 * @returns microseconds.
 */
export function elapsedIf(scenario: Scenario, decision: TimedDecision, at: number, cacheHit: number): number {
  if (scenario === "dropped") return replay(decision, { dropped: (_, other) => other === at }).elapsedUs;
  if (scenario === "cached" && !isHit(decision, at, cacheHit)) return decision.elapsedUs;
  const factor = scenario === "twiceAsFast" ? 0.5 : 0;
  return replay(decision, { durationUs: ({ durationUs }, other) => (other === at ? durationUs * factor : durationUs) })
    .elapsedUs;
}

function isHit({ decisionId, steps }: TimedDecision, at: number, cacheHit: number): boolean {
  const { name, status } = steps[at]!;
  return status !== "CACHED" && fractionOf(`${decisionId} ${name}`) < cacheHit;
}

/**
 * The 32-bit FNV-1a hash of a text (http://www.isthe.com/chongo/tech/comp/fnv/), mixed so that similar texts are far apart
 * (the finalizer of MurmurHash3), as a fraction of its range.
 */
function fractionOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
