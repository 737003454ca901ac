import type { Command } from "commander";
import { exitCodeOf, exitCodes } from "../../../src/cli/exit.ts";
import type { Ran } from "../../support/run-verdict.ts";

/** A command with others below it, such as `verdict list …`, in this process. */
export async function runCommand(command: Command, args: readonly string[]): Promise<Ran> {
  let out = "";
  let err = "";
  const output = {
    writeOut: (text: string) => {
      out += text;
    },
    writeErr: (text: string) => {
      err += text;
    },
  };
  for (const each of [command, ...command.commands]) each.exitOverride().configureOutput(output);
  const code = await command.parseAsync(args, { from: "user" }).then(
    () => Number(process.exitCode ?? exitCodes.ok),
    (error: unknown) => exitCodeOf(error, output.writeErr),
  );
  process.exitCode = undefined;
  return { code, out, err };
}
