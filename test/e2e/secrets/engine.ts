import { fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { CleanUp } from "../../support/clean-up.ts";

const program = fileURLToPath(new URL("../../../src/cli/verdict.ts", import.meta.url));

export interface WatchedEngine {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  /** What it has written so far, on both outputs. */
  written(): string;
  /** Ends it as an operator would. @returns its exit code. */
  stop(): Promise<number | null>;
}

/** `verdict serve` in a process of its own, with this environment and none of ours that could matter. */
export async function startWatched(
  clean: CleanUp,
  flags: readonly string[],
  environment: Readonly<Record<string, string>>,
): Promise<WatchedEngine> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(VERDICT|OTEL)_/.test(name));
  const free = "127.0.0.1:0";
  const child = fork(program, ["serve", "--grpc", free, "--http", free, ...flags], {
    stdio: ["ignore", "pipe", "pipe", "ipc"],
    env: { ...Object.fromEntries(inherited), ...environment },
  });
  let written = "";
  for (const output of [child.stdout!, child.stderr!]) output.on("data", (chunk: Buffer) => (written += chunk));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  const stop = async () => {
    child.kill("SIGTERM");
    return await ended;
  };
  clean.later(stop);
  const addresses = await new Promise<Pick<WatchedEngine, "grpcAddress" | "httpAddress">>((resolve, reject) => {
    child.once("message", (message) => resolve(message as never));
    void ended.then(() => reject(new Error(`the engine did not start:\n${written}`)));
  });
  return { ...addresses, written: () => written, stop };
}
