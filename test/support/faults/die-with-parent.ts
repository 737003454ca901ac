import { spawn } from "node:child_process";

/**
 * A shell that waits for this process to end, however it ends, and then kills the other one: the pipe between them closes.
 * Servers in another language cannot see it themselves, and a frozen one could not act.
 * @returns calls the watch off.
 */
export function dieWithParent(pid: number): () => void {
  const watch = spawn("/bin/sh", ["-c", `trap "" INT TERM HUP; read -r end || kill -9 "$0"`, String(pid)], {
    stdio: ["pipe", "ignore", "ignore"],
  });
  watch.unref();
  return () => watch.kill("SIGKILL");
}
