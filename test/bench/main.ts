/** Each part is loaded only to run: not all need the libraries that are installed for `make bench` alone. */
const parts: Readonly<Record<string, () => Promise<void>>> = {
  policy: async () => await (await import("./policy/policy.ts")).benchPolicy(),
  cel: async () => await (await import("./cel/cel.ts")).benchCel(),
  aggregates: async () => await (await import("./aggregates.ts")).benchAggregates(),
  graph: async () => await (await import("./graph/graph.ts")).benchGraph(),
  engine: async () => await (await import("./engine/engine.ts")).benchEngine(),
  trace: async () => await (await import("./trace.ts")).benchTrace(),
};

/** `make bench`: every part as ratios against a named baseline, in turn in one run. `ARGS=policy` runs one part. */
const chosen = process.argv.slice(2);
const unknown = chosen.find((name) => !Object.hasOwn(parts, name));
if (unknown !== undefined) {
  process.stderr.write(`there is no part ${unknown}; parts: ${Object.keys(parts).join(", ")}\n`);
  process.exitCode = 2;
} else {
  for (const [name, bench] of Object.entries(parts)) if (chosen.length === 0 || chosen.includes(name)) await bench();
}
