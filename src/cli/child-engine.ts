import { fork } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** An engine in a process of its own. */
export interface ChildEngine {
  readonly address: string;
  readonly httpAddress: string;
  readonly pid: number;
  /** Resolves when the process has ended: its exit code, null if a signal ended it. */
  readonly exitCode: Promise<number | null>;
  stop(): Promise<void>;
}

export interface ChildEngineOptions {
  /** Where it keeps its data; by default a new folder, removed when it stops. */
  readonly dataDir?: string;
  /** Further flags of `verdict serve`. */
  readonly flags?: readonly string[];
  /** Given what it logs, as it comes. */
  readonly onLog?: (text: string) => void;
}

const program = fileURLToPath(new URL("verdict.ts", import.meta.url));

/**
 * Starts `verdict serve` on free ports.
 * @throws Error with what it said, if it ends before it serves.
 */
export async function startChildEngine({
  dataDir,
  flags = [],
  onLog = () => {},
}: ChildEngineOptions = {}): Promise<ChildEngine> {
  const temporary = dataDir === undefined ? await mkdtemp(path.join(tmpdir(), "verdict-")) : undefined;
  const folder = dataDir ?? temporary!;
  const free = "127.0.0.1:0";
  const child = fork(
    program,
    ["serve", "--grpc", free, "--http", free, "--data", folder, "--log-level", "warn", ...flags],
    {
      stdio: ["ignore", "inherit", "pipe", "ipc"],
    },
  );
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    const text = chunk.toString();
    said = (said + text).slice(-4000);
    onLog(text);
  });
  const exitCode = new Promise<number | null>((resolve) => child.once("exit", (code) => resolve(code)));
  const ready = await new Promise<{ grpcAddress: string; httpAddress: string } | undefined>((resolve) => {
    child.once("message", (message) => resolve(message as { grpcAddress: string; httpAddress: string }));
    child.once("exit", () => resolve(undefined));
  });
  const removeFolder = async () => {
    if (temporary !== undefined) await rm(temporary, { recursive: true, force: true });
  };
  if (ready === undefined) {
    await removeFolder();
    throw new Error(`the engine did not start:\n${said}`);
  }
  return {
    address: ready.grpcAddress,
    httpAddress: ready.httpAddress,
    pid: child.pid!,
    exitCode,
    async stop() {
      child.kill("SIGTERM");
      await exitCode;
      await removeFolder();
    },
  };
}
