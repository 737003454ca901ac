import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

export interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

interface RunOptions {
  readonly cwd?: string;
  readonly stdin?: string;
  readonly environment?: Readonly<Record<string, string>>;
}

/** Most of a short command's time goes into compiling what it imports. */
const compileCache = fileURLToPath(new URL("../../node_modules/.cache/verdict-tests", import.meta.url));
const program = fileURLToPath(new URL("../../src/cli/verdict.ts", import.meta.url));

/** Runs the command line to its end, without what this process has set for it. */
export async function runVerdict(
  args: readonly string[],
  { cwd, stdin = "", environment }: RunOptions = {},
): Promise<Ran> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VERDICT|OTEL)_/.test(name));
  const child = spawn(process.execPath, [program, ...args], {
    cwd,
    env: { ...Object.fromEntries(inherited), NODE_COMPILE_CACHE: compileCache, ...environment },
  });
  child.stdin.end(stdin);
  const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
  const [out, err, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  return { code, out, err };
}
