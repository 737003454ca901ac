import { execFileSync } from "node:child_process";
import { availableParallelism } from "node:os";

/** Whether processes can be kept to one core each: two cores and taskset (util-linux) are needed. */
export function canPin(): boolean {
  try {
    execFileSync("taskset", ["--version"], { stdio: "ignore" });
    return availableParallelism() > 1;
  } catch {
    return false;
  }
}

/** Keeps a process, with all its threads, to one core. */
export function pin(pid: number, core: number): void {
  execFileSync("taskset", ["--all-tasks", "--cpu-list", "--pid", String(core), String(pid)], { stdio: "ignore" });
}
