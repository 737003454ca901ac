/** Appends its own numbered lines to a timings file: `append-process.ts FILE NAME COUNT`. */
import { openTimingsFile } from "../../src/observe/timings-file.ts";

const [path, name, count] = process.argv.slice(2);
const file = openTimingsFile({
  path: path!,
  flushMs: 1,
  onDropped: (lines) => {
    throw new Error(`${lines} lines dropped`);
  },
  onProblem: (error) => {
    throw error;
  },
});
for (let at = 0; at < Number(count); at += 1) {
  file.append(`${name} ${at} ${"x".repeat(at % 500)}.\n`);
  if (at % 50 === 0) await new Promise(setImmediate);
}
await file.close();
