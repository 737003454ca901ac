import { CommanderError } from "commander";
import { ServiceError } from "../client/service-error.ts";
import { PolicyTestError } from "../decide/test-policy.ts";
import { DocumentError } from "../documents/problem.ts";
import { VerdictError } from "../domain/errors.ts";

/** What the exit code says. */
export const exitCodes = { ok: 0, failed: 1, usage: 2, documents: 3, tests: 4 } as const;

/** The code a command that threw ends with; what it says goes to standard error. */
export function exitCodeOf(error: unknown, say: (text: string) => void): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? exitCodes.ok : exitCodes.usage;
  if (error instanceof DocumentError) {
    say(`${error.message}\n`);
    return exitCodes.documents;
  }
  if (error instanceof PolicyTestError) {
    say(`${error.message}\n`);
    return exitCodes.tests;
  }
  if (error instanceof ServiceError)
    say(`${error.code}${error.reason === "" ? "" : ` ${error.reason}`}: ${error.message}\n`);
  else if (error instanceof VerdictError) say(`${error.reason}: ${error.message}\n`);
  else say(`${error instanceof Error ? error.message : String(error)}\n`);
  return exitCodes.failed;
}
