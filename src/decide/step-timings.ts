import type { StepTiming } from "../domain/decision.ts";
import type { Context } from "../features/context.ts";
import type { NodeTiming } from "../features/fetch.ts";
import type { Plan } from "../features/plan.ts";
import type { Admitted } from "./admit.ts";
import { type Attribution, attribute } from "./attribute.ts";
import { type Edges, edgesOf } from "./edges.ts";
import type { Phase, Stopwatch } from "./stopwatch.ts";

/**
 * What the steps of a decision cost it, in the order in which they began.
 * @param nodes as the gathering noted them.
 * @param watch what timed the phases.
 */
export function stepTimings(
  { compiled: { plan, gateNodes }, context }: Admitted,
  nodes: readonly NodeTiming[],
  watch: Stopwatch,
  elapsedMs: number,
): { readonly steps: StepTiming[]; readonly criticalPath: string[] } {
  const flawless = context.missingFeatures().next().done === true;
  const measured = [
    ...watch.phases.map((phase) => phaseStep(phase, watch.arrivedMs)),
    ...nodes.map((timing) => nodeStep(plan, timing, watch.arrivedMs, flawless ? undefined : context)),
  ].sort((left, right) => left.startMs - right.startMs || left.endMs - right.endMs);
  const edges = edgesOf(measured, inputsIn(plan, gateNodes, measured));
  const { steps, path } = attribute(
    measured.map(({ startMs, endMs, awaited }, at) => {
      const { waitsFor, behind } = edges[at]!;
      return { start: startMs, end: endMs, awaited, waitsFor: behind === undefined ? waitsFor : [...waitsFor, behind] };
    }),
    elapsedMs,
  );
  return {
    criticalPath: path.map((at) => measured[at]!.name),
    steps: measured.map((step, at) => stepTiming(step, edges[at]!, steps[at]!)),
  };
}

/** Field by field: copying the rest of an object would cost a quarter of all this. */
function stepTiming(step: Measured, { waitsFor, behind }: Edges, cost: Attribution): StepTiming {
  return {
    name: step.name,
    kind: step.kind,
    sourceKind: step.sourceKind,
    status: step.status,
    features: step.features,
    startMs: step.startMs,
    durationMs: step.endMs - step.startMs,
    contributionMs: cost.contribution,
    savingMs: cost.saving,
    slackMs: cost.slack,
    soleMs: cost.sole,
    critical: cost.critical,
    awaited: step.awaited,
    waitsFor,
    behind,
    parts: step.parts,
    error: step.error,
    spanId: step.spanId,
    notes: step.notes,
    standIns: step.standIns,
  };
}

type Measured = Pick<
  StepTiming,
  | "name"
  | "kind"
  | "sourceKind"
  | "status"
  | "features"
  | "error"
  | "parts"
  | "spanId"
  | "notes"
  | "standIns"
  | "awaited"
  | "startMs"
> & {
  /** Since the request's arrival, as `startMs`. */
  readonly endMs: number;
  /** Index in the plan; -1 for a phase. */
  readonly node: number;
};

/** The steps whose result a step takes: a node those that set its inputs, gate and rules all that was gathered for them. */
function inputsIn(
  plan: Plan,
  gateNodes: ReadonlySet<number>,
  measured: readonly Measured[],
): (step: Measured) => number[] {
  const position = new Map(measured.map(({ node }, at) => [node, at]));
  const at = (nodes: readonly number[]) => nodes.flatMap((node) => position.get(node) ?? []);
  /** Of these nodes those that no other of them waits for: they end last. */
  const lastOf = (nodes: readonly number[]) => {
    const inner = new Set(nodes.flatMap((node) => plan.producers[node]!));
    return at(nodes.filter((node) => !inner.has(node)));
  };
  return ({ kind, node }) => {
    if (node >= 0) return at(plan.producers[node]!);
    if (kind === "gate") return lastOf([...gateNodes]);
    if (kind === "rules")
      return lastOf(measured.flatMap((step) => (step.node >= 0 && step.awaited ? [step.node] : [])));
    return [];
  };
}

function phaseStep({ name, startMs, endMs, error }: Phase, arrivedMs: number): Measured {
  return {
    name,
    kind: name,
    sourceKind: undefined,
    status: error === undefined ? "OK" : "ERROR",
    features: 0,
    startMs: startMs - arrivedMs,
    endMs: endMs - arrivedMs,
    awaited: true,
    node: -1,
    error,
    parts: undefined,
    spanId: undefined,
    notes: [],
    standIns: [],
  };
}

function nodeStep(plan: Plan, timing: NodeTiming, arrivedMs: number, flawed: Context | undefined): Measured {
  const { node, status, startMs, endMs, answer, error, spanId, notes } = timing;
  const { name, kind, sourceKind, outputs } = plan.nodes[node]!;
  // Without an answer it was skipped because its inputs were missing: it never ran.
  const ran = status !== "SKIPPED" || answer !== undefined;
  return {
    name,
    kind,
    sourceKind,
    status,
    features: outputs.length,
    startMs: startMs - arrivedMs,
    endMs: endMs - arrivedMs,
    awaited: ran && status !== "NOT_AWAITED",
    node,
    error,
    parts: answer?.parts,
    spanId,
    notes: notes.map((note) => ({ ...note, atMs: note.atMs - arrivedMs })),
    standIns:
      flawed === undefined ? [] : outputs.filter((slot) => flawed.standsIn(slot)).map((slot) => plan.slots[slot]!.name),
  };
}
