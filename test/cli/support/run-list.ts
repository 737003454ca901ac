import { listCommand } from "../../../src/cli/list.ts";
import type { Ran } from "../../support/run-verdict.ts";
import { runCommand } from "./run-command.ts";

/** `verdict list …` in this process. */
export function runList(args: readonly string[]): Promise<Ran> {
  return runCommand(listCommand(), args);
}
