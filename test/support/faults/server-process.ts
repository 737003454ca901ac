import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { CleanUp } from "../clean-up.ts";
import { freePort } from "./free-port.ts";
import { runProcess, type ServerProcess } from "./process.ts";
import type { Address } from "./proxy.ts";

export interface RunningServer extends ServerProcess, Address {
  /** `host:port`. */
  readonly address: string;
}

/**
 * Runs a small server of the tests in a process of its own, on a port it keeps over restarts.
 * @param file calls `serveAsChild`; its name ends in `-process.ts`.
 * @param args what `serveAsChild` hands on.
 */
export async function startServerProcess(
  clean: CleanUp,
  file: URL | string,
  args: readonly string[] = [],
): Promise<RunningServer> {
  const host = "127.0.0.1";
  const port = await freePort();
  const program = typeof file === "string" ? file : fileURLToPath(file);
  const server = await runProcess(clean, program, () => {
    const child = fork(program, [String(port), ...args], { stdio: ["ignore", "pipe", "pipe", "ipc"] });
    return { child, ready: (ended) => once(child, "message", { signal: ended }) };
  });
  return { ...server, host, port, address: `${host}:${port}` };
}
