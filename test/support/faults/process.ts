import type { ChildProcess } from "node:child_process";
import type { CleanUp } from "../clean-up.ts";
import { dieWithParent } from "./die-with-parent.ts";
import { freeze, isFrozen, thaw } from "./signals.ts";

/** How long a process that was asked to stop may take before it is killed. */
const stopMs = 2000;

/** A real server in a process of its own, for tests that break it. */
export interface ServerProcess {
  /** Of the process that runs now, or ran last. */
  pid(): number;
  /** It runs and is not frozen. */
  isUp(): boolean;
  /** SIGSTOP: connections stay open, nobody answers. */
  freeze(): Promise<void>;
  /** SIGCONT. */
  thaw(): Promise<void>;
  /** SIGKILL; resolves when it is gone. */
  kill(): Promise<void>;
  /** SIGTERM, and SIGKILL if it takes too long; resolves when it is gone. */
  stop(): Promise<void>;
  /** Kills it if it runs, and starts it again at the same address; resolves when it answers. */
  restart(): Promise<void>;
}

export interface Launched {
  readonly child: ChildProcess;
  /** Resolves when it answers; gives up when it is told that the process has ended. */
  ready(ended: AbortSignal): Promise<unknown>;
}

/**
 * Starts a server; it ends with the test, and with this process if that ends first.
 * @throws Error with what it said, if it ends before it answers.
 */
export async function runProcess(clean: CleanUp, name: string, launch: () => Launched): Promise<ServerProcess> {
  let child: ChildProcess;
  let gone: Promise<void>;
  const start = async () => {
    const launched = launch();
    child = launched.child;
    let said = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (chunk: Buffer) => {
        said = (said + chunk.toString()).slice(-4000);
      });
    }
    gone = new Promise((resolve) => {
      child.once("exit", () => resolve());
      child.once("error", ({ message }) => {
        said += message;
        resolve();
      });
    });
    if (child.pid !== undefined) {
      const unwatch = dieWithParent(child.pid);
      void gone.then(unwatch);
    }
    const ended = new AbortController();
    void gone.then(() => ended.abort());
    try {
      await launched.ready(ended.signal);
    } catch (error) {
      if (!ended.signal.aborted) throw error;
      throw new Error(`${name} ended before it answered; it said:\n${said.trim()}`, { cause: error });
    }
  };
  const running = () => child.pid !== undefined && child.exitCode === null && child.signalCode === null;
  const kill = async () => {
    if (running()) child.kill("SIGKILL");
    await gone;
  };
  clean.later(async () => {
    if (child !== undefined) await kill();
  });
  await start();
  return {
    pid: () => child.pid!,
    isUp: () => running() && !isFrozen(child.pid!),
    freeze: () => freeze(child.pid!),
    thaw: () => thaw(child.pid!),
    kill,
    async stop() {
      if (!running()) return;
      child.kill("SIGCONT");
      child.kill("SIGTERM");
      const late = setTimeout(() => child.kill("SIGKILL"), stopMs);
      await gone;
      clearTimeout(late);
    },
    async restart() {
      await kill();
      await start();
    },
  };
}
