import { benchEngine } from "./engine.ts";
import { benchEvaluators } from "./evaluators.ts";

const parts = { evaluators: benchEvaluators, engine: benchEngine } as const;

/** `make bench`: every part as ratios against a named baseline, A B A B in one run. `ARGS=evaluators` runs one part. */
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no part ${unknown}; parts: ${Object.keys(parts).join(", ")}\n`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await bench();
}
