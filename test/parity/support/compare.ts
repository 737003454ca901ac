import { fromStruct } from "../../../src/client/value.ts";
import type { Json } from "../../../src/domain/event.ts";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { type FeatureRow, isInexact } from "./definitions.ts";
import { summary } from "./summary.ts";

/** The numbers and flags that one event was decided on, but for scores; null for what was not present. */
export type Served = Readonly<Record<string, Json>>;

interface Mismatch {
  readonly requestId: string;
  readonly feature: string;
  readonly served: Json;
  readonly expected: Json;
}

export interface Comparison {
  readonly events: number;
  readonly features: number;
  readonly mismatches: readonly Mismatch[];
}

/** Relative: both sides add up doubles, in different orders. */
const tolerance = 1e-9;

const comparable: ReadonlySet<string> = new Set(["double", "integer", "boolean"]);

/** A part of DecideResponse.explanation. */
interface Explained {
  readonly [feature: string]: { type: string; origin: string; state: string; value?: Json };
}

/** Reads the features from a decision made with `explain`. */
export function servedBy({ explanation }: DecideResponse__Output): Served {
  const features = (explanation === null ? {} : fromStruct(explanation).features) as unknown as Explained;
  const served: Record<string, Json> = {};
  for (const [name, { type, origin, state, value }] of Object.entries(features)) {
    if (!comparable.has(type) || origin === "model") continue;
    served[name] = state === "present" ? (value ?? null) : null;
  }
  return served;
}

/** Holds every feature of every expected row against what was served for it. */
export function compare(expected: readonly FeatureRow[], served: ReadonlyMap<string, Served>): Comparison {
  const mismatches: Mismatch[] = [];
  let features = 0;
  for (const { request_id, ...row } of expected) {
    const requestId = String(request_id);
    for (const [feature, value] of Object.entries(row)) {
      features++;
      const found = served.get(requestId)?.[feature] ?? null;
      if (!agree(feature, found, value)) mismatches.push({ requestId, feature, served: found, expected: value });
    }
  }
  return { events: expected.length, features, mismatches };
}

function agree(feature: string, served: Json, expected: Json): boolean {
  if (served === expected) return true;
  if (!isInexact(feature) || typeof served !== "number" || typeof expected !== "number") return false;
  return Math.abs(served - expected) <= tolerance * Math.abs(expected);
}

/** The number of mismatches and the first few of them: what a failing test says. */
export function describeMismatches({ features, mismatches }: Comparison, shown = 10): string {
  const rows = mismatches
    .slice(0, shown)
    .map(({ requestId, feature, served, expected }) => [requestId, feature, String(served), String(expected)]);
  const heading = `${mismatches.length} of ${features} features differ`;
  return rows.length === 0
    ? heading
    : `${heading}; the first:\n${summary(["event", "feature", "served", "SQL"], rows)}`;
}
