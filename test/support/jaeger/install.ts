import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, renameSync } from "node:fs";
import path from "node:path";
import { builtFile, findJaeger, version } from "./find.ts";

/** What the Go checksum database says of this version. */
const sum = "h1:sWCOOF1dr+NL0PLil7mFo3BqqQL8k4WiM7aguFbc14g=";

const mends = `jaeger: to mend it, either
  install Go 1.24 or later (https://go.dev/dl) and let it reach a module proxy (GOPROXY), then run this again, or
  get a Jaeger 2 program (https://www.jaegertracing.io/download) and name it: make test-jaeger JAEGER=/path/to/jaeger`;

/**
 * `make jaeger`: finds a Jaeger, or builds one from its source with Go, once. It is built where Go unpacks it, as its own main
 * module, so that its `replace` and its checksums hold; the page for browsers is a placeholder then, the API is whole.
 */
const found = findJaeger();
if (found !== undefined) process.stdout.write(`jaeger: ${found}\n`);
else if (process.env.JAEGER) fail(`there is no file ${process.env.JAEGER} (JAEGER)`);
else if (spawnSync("go", ["version"]).status !== 0) fail("it is built with Go, and there is no go on PATH");
else build();

function build(): void {
  process.stdout.write(`jaeger: building ${version} with Go (once; some minutes, 2 GB in Go's own caches)\n`);
  try {
    const module = `github.com/jaegertracing/jaeger@${version}`;
    const run = (args: string[]) => execFileSync("go", args, { stdio: ["ignore", "pipe", "inherit"] }).toString();
    const { Dir, Sum } = JSON.parse(run(["mod", "download", "-json", module])) as { Dir: string; Sum: string };
    if (Sum !== sum) throw new Error(`the module proxy serves another ${module} than was published: ${Sum}`);
    mkdirSync(path.dirname(builtFile), { recursive: true });
    const half = `${builtFile}.${process.pid}`;
    run(["build", "-C", Dir, "-trimpath", "-ldflags", "-s -w", "-o", half, "./cmd/jaeger"]);
    renameSync(half, builtFile);
    process.stdout.write(`jaeger: built ${builtFile}\n`);
  } catch (error) {
    fail((error as Error).message);
  }
}

function fail(reason: string): void {
  process.stderr.write(`jaeger: there is none to test with: ${reason}\n${mends}\n`);
  process.exitCode = 1;
}
