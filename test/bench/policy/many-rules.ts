import { printTable } from "../print-table.ts";
import { median } from "../rounds.ts";
import { type FactValues, generateRules } from "./generated-rules.ts";
import { type OurEngine, type PolicyFiles, writePolicy } from "./ours.ts";

const count = 10_000;
const loads = 3;
const passes = 7;
/** An event has several steps. */
const arrivingEvents = 15;

/** The largest policy there may be: how long it takes to load, and for how long it keeps the event loop at a time. */
export async function benchManyRules(facts: readonly FactValues[]): Promise<void> {
  const files = await writePolicy(generateRules(count));
  try {
    const { ours, loadMs } = await loadOften(files);
    process.stdout.write(
      `${count} rules (${(files.size / 1e6).toFixed(1)} million characters): loaded with ${loadMs.map((ms) => ms.toFixed(0)).join(", ")} ms of the processor (at most 3000 wanted)\n`,
    );
    const contexts = facts.map(ours.fill);
    process.stdout.write("for how long it keeps the event loop at a time (ms; at most 2 wanted)\n");
    printTable(
      ["", "the first", "median", "longest"],
      [
        ["evaluating", ...blocks(contexts, (context) => [() => ours.decide(context)])],
        ["evaluating, with reasons", ...blocks(contexts, (context) => [() => ours.resolve(ours.evaluate(context))])],
        ["a step of settling early", ...blocks(facts.slice(0, arrivingEvents), ours.arrive)],
      ],
    );
  } finally {
    await files.remove();
  }
}

async function loadOften(files: PolicyFiles): Promise<{ ours: OurEngine; loadMs: number[] }> {
  const loadMs: number[] = [];
  for (;;) {
    const before = process.cpuUsage();
    const ours = await files.load();
    const { user, system } = process.cpuUsage(before);
    loadMs.push((user + system) / 1000);
    if (loadMs.length === loads) return { ours, loadMs };
  }
}

/**
 * Each piece of work runs without a pause: it is a block of the event loop. Of each the quickest of some passes counts:
 * what other programs take of the processor meanwhile does not.
 */
function blocks<Input>(inputs: readonly Input[], worksOf: (input: Input) => Iterable<() => unknown>): string[] {
  let first = 0;
  const quickest: number[] = [];
  for (let pass = 0; pass < passes; pass++) {
    let at = 0;
    for (const input of inputs) {
      for (const work of worksOf(input)) {
        const started = performance.now();
        work();
        const ms = performance.now() - started;
        if (pass === 0 && at === 0) first = ms;
        quickest[at] = Math.min(ms, quickest[at] ?? ms);
        at++;
      }
    }
  }
  return [first, median(quickest), Math.max(...quickest)].map((ms) => ms.toFixed(2));
}
