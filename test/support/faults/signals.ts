import { readFileSync } from "node:fs";
import { until } from "../until.ts";

/** Stops a process where it is: its sockets stay open and the system still accepts connections for it, nobody answers. */
export async function freeze(pid: number): Promise<void> {
  process.kill(pid, "SIGSTOP");
  await until(() => isFrozen(pid));
}

/** Lets a frozen process go on, as if no time had passed for it. */
export async function thaw(pid: number): Promise<void> {
  process.kill(pid, "SIGCONT");
  await until(() => !isFrozen(pid));
}

/** Ends a process with no chance to say so; its connections are reset or closed by the system. */
export async function killHard(pid: number): Promise<void> {
  process.kill(pid, "SIGKILL");
  await until(() => isGone(pid));
}

/** It has ended, whether or not anybody has waited for it. */
export function isGone(pid: number): boolean {
  return ["Z", undefined].includes(stateOf(pid));
}

export function isFrozen(pid: number): boolean {
  return stateOf(pid) === "T";
}

/** R running, S sleeping, T stopped, Z ended but not yet waited for (field 3 of /proc/PID/stat, proc(5)); undefined: gone. */
function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    return stat[stat.lastIndexOf(")") + 2];
  } catch {
    return undefined;
  }
}
