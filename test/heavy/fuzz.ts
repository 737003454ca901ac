import { createHash } from "node:crypto";
import { writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import fc from "fast-check";
import { disagreement } from "../policy/differential/disagreement.ts";
import { type Pair, pair } from "../policy/differential/pair.ts";

/**
 * `make fuzz`: generated rules and facts, each pair decided by json-rules-engine and by both evaluators, until as many
 * pairs or seconds are over as told. A disagreement is made as small as can be and kept among the cases of the ordinary tests.
 */
const { values } = parseArgs({
  options: { pairs: { type: "string" }, seconds: { type: "string" }, seed: { type: "string" } },
});
const pairs = positive("pairs", values.pairs ?? (values.seconds === undefined ? "200000" : undefined));
const seconds = positive("seconds", values.seconds);
const firstSeed = values.seed === undefined ? Date.now() % 2 ** 31 : positive("seed", values.seed);
const chunk = 2_000;
const everyMs = 10_000;

const started = performance.now();
const elapsedS = () => (performance.now() - started) / 1000;
let done = 0;
let told = 0;
process.stdout.write(`seed ${firstSeed}; ${pairs === Number.POSITIVE_INFINITY ? `${seconds} s` : `${pairs} pairs`}\n`);
while (done < pairs && elapsedS() < seconds) {
  const numRuns = Math.min(chunk, pairs - done);
  const found = await fc.check(
    fc.asyncProperty(pair, async (each) => {
      const difference = await disagreement(each);
      if (difference !== undefined) throw new Error(difference);
    }),
    { seed: firstSeed + done, numRuns },
  );
  done += found.numRuns;
  if (found.failed) report(found.counterexample![0], String(found.errorInstance));
  if (performance.now() - told > everyMs) {
    told = performance.now();
    process.stdout.write(`${done} pairs, ${elapsedS().toFixed(0)} s\n`);
  }
}
process.stdout.write(`${done} pairs compared, 0 disagreements, ${elapsedS().toFixed(0)} s\n`);

function report(found: Pair, why: string): never {
  const text = `${JSON.stringify(found, null, 2)}\n`;
  const name = `${createHash("sha256").update(text).digest("hex").slice(0, 12)}.json`;
  writeFileSync(new URL(`../policy/differential/cases/${name}`, import.meta.url), text);
  process.stderr.write(`${why}\nkept as test/policy/differential/cases/${name}\n`);
  process.exit(1);
}

function positive(name: string, text: string | undefined): number {
  const value = text === undefined ? Number.POSITIVE_INFINITY : Number(text);
  if (value > 0) return value;
  process.stderr.write(`--${name} needs a number above 0\n`);
  process.exit(2);
}
