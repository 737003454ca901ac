import assert from "node:assert/strict";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { criticalPath, microseconds } from "./critical-path.ts";
import type { JaegerSpan } from "./jaeger-span.ts";

/** Of each name: the kind, and what the parent may be called. `^` is the root. */
const shapes: readonly [name: RegExp, kind: JaegerSpan["kind"], parent: RegExp][] = [
  [/^record$/, "PRODUCER", /^\^$/],
  [/^gate$/, "INTERNAL", /^\^$/],
  [/^features$/, "INTERNAL", /^\^$/],
  [/^source [^,]+$/, "CLIENT", /^features$/],
  [/^source .+, second attempt$/, "CLIENT", /^source /],
  [/^derive$/, "INTERNAL", /^(\^|features)$/],
  [/^model .+$/, "INTERNAL", /^(\^|features)$/],
  [/^(adapt|infer)$/, "INTERNAL", /^model /],
  [/^rules .+$/, "INTERNAL", /^\^$/],
];

/** What rounding to microseconds may make of a length. */
const roundingUs = 10;

export function rootOf(spans: readonly JaegerSpan[]): JaegerSpan {
  const [root, ...others] = spans.filter(({ name }) => name === "verdict.v1.DecisionService/Decide");
  assert.ok(root !== undefined && others.length === 0, "a decision has one root");
  return root;
}

/** Holds a decision's trace, as Jaeger gives it back, against the design and against the answer. */
export function checkTrace(spans: readonly JaegerSpan[], answer: DecideResponse__Output): void {
  const root = rootOf(spans);
  checkShape(root, spans);
  const { attributes } = root;
  assert.equal(attributes["verdict.decision_id"], answer.decision_id);
  assert.equal(attributes["verdict.policy"], answer.policy?.id);
  assert.equal(attributes["verdict.outcome"], answer.outcome);
  assert.equal(attributes["verdict.completeness"], answer.completeness);
  const fetched = answer.sources.filter(({ status }) => status !== "SKIPPED" && status !== "NOT_AWAITED");
  const told = spans.filter(({ attributes }) => attributes["verdict.source.status"] !== undefined);
  const awaited = told.filter((span) => span.attributes["verdict.source.status"] !== "NOT_AWAITED");
  assert.deepEqual(
    awaited.map((span) => span.attributes["verdict.source.name"]).sort(),
    fetched.map(({ name }) => name).sort(),
  );
  const durationUs = lengthUs(root);
  const tolerated = Math.max(durationUs * 0.01, roundingUs);
  for (const source of fetched) {
    const span = awaited.find(({ name }) => name === `source ${source.name}`)!;
    assert.equal(span.attributes["verdict.source.status"], source.status);
    near(span.attributes["verdict.source.contribution_ms"], source.contribution_ms, 1e-6, `what ${source.name} cost`);
    near(lengthUs(span), source.duration_ms * 1000, roundingUs, `the time of ${source.name}`);
    near(microseconds(span).startUs - microseconds(root).startUs, source.start_ms * 1000, tolerated, source.name);
  }
  const sum = spans.reduce((total, span) => total + contributionUs(span), 0);
  near(sum, durationUs, durationUs * 0.01, "the sum of contributions, to the root's duration");
  checkCriticalPath(root, spans, tolerated);
}

function checkShape(root: JaegerSpan, spans: readonly JaegerSpan[]): void {
  assert.equal(root.kind, "SERVER");
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    if (span === root || span.service !== "verdict") continue;
    const shape = shapes.find(([name]) => name.test(span.name));
    const parent = byId.get(span.parentSpanId);
    assert.ok(shape !== undefined && parent !== undefined, `${span.name} has a known name and a parent`);
    const [, kind, parentName] = shape;
    assert.equal(span.kind, kind, span.name);
    assert.match(parent === root ? "^" : parent.name, parentName, `the parent of ${span.name}`);
    assert.ok(span.startNs >= parent.startNs && span.endNs <= parent.endNs, `${span.name} lies within ${parent.name}`);
    for (const other of spans) {
      if (other === span || other.parentSpanId !== span.parentSpanId) continue;
      assert.notEqual(microseconds(span).endUs, microseconds(other).startUs, `${span.name} and ${other.name} touch`);
    }
  }
}

interface Share {
  readonly phase: JaegerSpan;
  readonly us: number;
}

/** Jaeger's critical path, phase by phase, must be ours. */
function checkCriticalPath(root: JaegerSpan, spans: readonly JaegerSpan[], tolerated: number): void {
  const shares = sharesOf(root, spans);
  const ours = String(root.attributes["verdict.critical_path"]).split(" → ");
  const steps = ours.map((step) => phaseOf(step, spans));
  const path = steps.filter((phase, at) => phase !== steps[at - 1]).map((phase) => phase.name);
  assert.deepEqual(
    shares.map(({ phase }) => phase.name),
    path,
  );
  for (const { phase, us } of shares) near(us, contributionUs(phase), tolerated, `${phase.name} on Jaeger's path`);
}

/** The time of each phase on Jaeger's path. Time between phases belongs to the one that follows, as it waited to begin. */
function sharesOf(root: JaegerSpan, spans: readonly JaegerSpan[]): Share[] {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  const shares: Share[] = [];
  let between = 0;
  for (const { span, startUs, endUs } of criticalPath(root, spans)) {
    let phase: JaegerSpan | undefined = span;
    while (phase !== undefined && !isPhase(phase)) phase = byId.get(phase.parentSpanId);
    const last = shares.at(-1);
    if (phase === undefined) between += endUs - startUs;
    else if (last?.phase === phase) shares.splice(-1, 1, { phase, us: last.us + between + endUs - startUs });
    else shares.push({ phase, us: between + endUs - startUs });
    if (phase !== undefined) between = 0;
  }
  const last = shares.pop()!;
  return [...shares, { phase: last.phase, us: last.us + between }];
}

function isPhase({ name, attributes }: JaegerSpan): boolean {
  return "verdict.contribution_ms" in attributes || ("verdict.source.contribution_ms" in attributes && !/,/.test(name));
}

function phaseOf(step: string, spans: readonly JaegerSpan[]): JaegerSpan {
  const found = spans.find(
    ({ name, attributes }) =>
      name === step ||
      name === `source ${step}` ||
      name === `model ${step}` ||
      (step === "rules" && name.startsWith("rules ")) ||
      String(attributes["verdict.derived"] ?? "")
        .split(", ")
        .includes(step),
  );
  assert.ok(found !== undefined, `there is a span of ${step}`);
  return found;
}

function contributionUs({ attributes }: JaegerSpan): number {
  return Number(attributes["verdict.contribution_ms"] ?? attributes["verdict.source.contribution_ms"] ?? 0) * 1000;
}

function lengthUs({ startNs, endNs }: JaegerSpan): number {
  return Number(endNs - startNs) / 1000;
}

function near(actual: unknown, expected: number, tolerance: number, what: string): void {
  assert.ok(
    Math.abs(Number(actual) - expected) <= tolerance,
    `${what}: ${actual}, expected ${expected} ± ${tolerance}`,
  );
}
