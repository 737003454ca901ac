import Type from "typebox";
import { Compile } from "typebox/compile";
import { check } from "../documents/check.ts";
import { formatPath } from "../documents/document.ts";
import type { TimedDecision } from "../domain/timed-decision.ts";
import { inOrder } from "./in-order.ts";

const kinds = ["source", "derived", "model", "gate", "rules", "record"] as const;
const statuses = ["OK", "CACHED", "NOT_FOUND", "TIMEOUT", "ERROR", "SKIPPED", "NOT_AWAITED"] as const;

const Name = Type.String({ minLength: 1, maxLength: 512 });
const Microseconds = Type.Number({ minimum: 0, description: "microseconds" });
const Indexes = Type.Array(Type.Integer({ minimum: 0 }), { maxItems: 10_000 });

/** A line of a timings file; what it does not know of a newer one is ignored. */
const Line = Type.Object({
  policy: Name,
  decisionId: Type.String(),
  traceId: Type.String(),
  // What a date can hold.
  arrivedAtMs: Type.Number({ minimum: 0, maximum: 8.64e15 }),
  elapsedUs: Microseconds,
  outcome: Type.String(),
  completeness: Type.Enum(["COMPLETE", "PARTIAL", "DEGRADED"]),
  steps: Type.Array(
    Type.Object({
      name: Name,
      kind: Type.Enum([...kinds]),
      status: Type.Enum([...statuses]),
      startUs: Microseconds,
      durationUs: Microseconds,
      awaited: Type.Optional(Type.Boolean()),
      waitsFor: Type.Optional(Indexes),
      behind: Type.Optional(Indexes),
    }),
    { maxItems: 10_000 },
  ),
});
const line = Compile(Line);

/** @returns what is wrong with the line, if it is no decision. */
export function parseLine(text: string): TimedDecision | string {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return "it is not JSON";
  }
  if (!line.Check(value)) return shapeProblem(value);
  const decision: TimedDecision = value;
  return graphProblem(decision) ?? inOrder(decision);
}

function shapeProblem(value: unknown): string {
  const problems: string[] = [];
  check(Line, value, (path, message) => problems.push(`${formatPath(path)}: ${message}`));
  return problems[0] ?? "it is no decision's timings";
}

function graphProblem({ steps }: TimedDecision): string | undefined {
  for (const [at, { name, waitsFor = [], behind = [] }] of steps.entries()) {
    for (const other of [...waitsFor, ...behind]) {
      if (other >= at) return `$.steps[${at}]: ${name} waits for step ${other}, which does not come before it`;
      if (steps[other]!.awaited === false)
        return `$.steps[${at}]: ${name} waits for step ${other}, which was not awaited`;
    }
  }
  return undefined;
}
