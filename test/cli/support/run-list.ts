import { exitCodeOf, exitCodes } from "../../../src/cli/exit.ts";
import { listCommand } from "../../../src/cli/list.ts";
import type { Ran } from "../../support/run-verdict.ts";

/** `verdict list …` in this process. */
export async function runList(args: readonly string[]): Promise<Ran> {
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
  const list = listCommand();
  for (const command of [list, ...list.commands]) command.exitOverride().configureOutput(output);
  const code = await list.parseAsync(args, { from: "user" }).then(
    () => Number(process.exitCode ?? exitCodes.ok),
    (error: unknown) => exitCodeOf(error, output.writeErr),
  );
  process.exitCode = undefined;
  return { code, out, err };
}
