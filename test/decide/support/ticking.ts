import fc from "fast-check";
import type { Interval } from "../../../src/decide/attribute.ts";

/** A step as it is set up: whole units of time, so that it can be run tick by tick. */
export interface Step {
  /** Indexes of earlier, awaited steps. */
  readonly waitsFor: readonly number[];
  /** Between the last it waits for and its beginning. */
  readonly lag: number;
  readonly duration: number;
  readonly awaited: boolean;
}

/** What a run tick by tick shows. */
export interface Run {
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  /** Of the awaited steps the last. */
  readonly end: number;
  /** By step: ticks in which it ran, no other awaited one did, and all that had not begun waited for it. */
  readonly sole: readonly number[];
}

/** Runs steps as naively as can be: a clock that ticks, and a look at every step at every tick. */
export function tick(steps: readonly Step[]): Run {
  const starts = steps.map(() => -1);
  const ends = steps.map(() => -1);
  const lags = steps.map(({ lag }) => lag);
  const left = steps.map(({ duration }) => duration);
  const sole = steps.map(() => 0);
  const mayBegin = (at: number) => starts[at]! < 0 && steps[at]!.waitsFor.every((other) => ends[other]! >= 0);
  const runs = (at: number) => starts[at]! >= 0 && ends[at]! < 0;
  for (let now = 0; ends.includes(-1); now += 1) {
    // Each step after those it waits for: one look sees all that begins and ends in this moment.
    for (const at of steps.keys()) {
      if (mayBegin(at) && lags[at] === 0) starts[at] = now;
      if (runs(at) && left[at] === 0) ends[at] = now;
    }
    const awaited = [...steps.keys()].filter((at) => steps[at]!.awaited);
    const running = awaited.filter(runs);
    const only = running[0];
    const open = awaited.filter((at) => starts[at]! < 0);
    if (running.length === 1 && open.every((at) => waitsForever(steps, at, only!))) sole[only!]! += 1;
    for (const at of steps.keys()) {
      if (runs(at)) left[at]! -= 1;
      else if (mayBegin(at)) lags[at]! -= 1;
    }
  }
  const end = Math.max(0, ...ends.filter((_, at) => steps[at]!.awaited));
  return { starts, ends, end, sole };
}

/** Directly or through others. */
function waitsForever(steps: readonly Step[], at: number, other: number): boolean {
  return steps[at]!.waitsFor.some((each) => each === other || waitsForever(steps, each, other));
}

/** Every way through the awaited steps, from one that waits for nothing to one that nothing waits for. */
export function everyPath(steps: readonly Step[]): number[][] {
  const to = (at: number): number[][] => {
    const { waitsFor } = steps[at]!;
    return waitsFor.length === 0 ? [[at]] : waitsFor.flatMap((other) => to(other).map((path) => [...path, at]));
  };
  const ends = [...steps.keys()].filter(
    (at) => steps[at]!.awaited && !steps.some(({ awaited, waitsFor }) => awaited && waitsFor.includes(at)),
  );
  return ends.flatMap(to);
}

export function asMeasured(steps: readonly Step[]): Interval[] {
  const { starts, ends } = tick(steps);
  return steps.map(({ waitsFor, awaited }, at) => ({ start: starts[at]!, end: ends[at]!, waitsFor, awaited }));
}

/** What happens to a fetch. */
const fates = ["answers", "answers", "answers", "answers", "never runs", "is given up"] as const;

/** Small whole numbers, so that steps often end together, or take no time. */
const someFetches = fc.array(
  fc.record({
    waitsFor: fc.array(fc.nat(30), { maxLength: 3 }),
    lag: fc.oneof(fc.constant(0), fc.nat(3)),
    duration: fc.oneof(fc.constant(0), fc.nat(9)),
    fate: fc.constantFrom(...fates),
  }),
  { maxLength: 5 },
);

/**
 * The steps of a decision: fetches and what is made of them for the gate, the gate, all the rest behind it, the rules. Of
 * what never ran, what waits for it waits for that; what was given up nothing waits for.
 */
export const aDecisionsSteps: fc.Arbitrary<Step[]> = fc
  .record({
    forGate: someFetches,
    behindGate: someFetches,
    phases: fc.record({ gate: fc.boolean(), rules: fc.boolean(), lag: fc.nat(2), duration: fc.nat(3) }),
  })
  .map(({ forGate, behindGate, phases }) => {
    const steps: Step[] = [];
    const last = () => {
      const waited = new Set(steps.flatMap(({ awaited, waitsFor }) => (awaited ? waitsFor : [])));
      return [...steps.keys()].filter((at) => steps[at]!.awaited && !waited.has(at));
    };
    const phase = () => steps.push({ ...phases, waitsFor: last(), awaited: true });
    const fetches = (some: typeof forGate, gate: readonly number[]) => {
      for (const { waitsFor, lag, duration, fate } of some) {
        const inputs = steps.length === 0 ? [] : waitsFor.map((other) => other % steps.length);
        const reached = inputs.flatMap((at) => (steps[at]!.awaited ? [at] : steps[at]!.waitsFor));
        steps.push({
          waitsFor: [...new Set([...reached, ...gate])],
          lag,
          duration: fate === "never runs" ? 0 : duration,
          awaited: fate === "answers",
        });
      }
    };
    fetches(forGate, []);
    const gate = phases.gate ? [phase() - 1] : [];
    fetches(behindGate, gate);
    if (phases.rules) phase();
    return steps;
  })
  .filter((steps) => steps.some(({ awaited }) => awaited));
