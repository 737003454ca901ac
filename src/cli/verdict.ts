import { Command } from "commander";
import { startChildEngine } from "./child-engine.ts";
import { decideCommand } from "./decide.ts";
import { demoCommand } from "./demo/command.ts";
import { exitCodeOf } from "./exit.ts";
import { latencyCommand } from "./latency.ts";
import { listCommand } from "./list.ts";
import { policyCommand } from "./policy.ts";
import { serveCommand } from "./serve.ts";
import { sourceCommand } from "./source/command.ts";
import { tableCommand } from "./table.ts";

/** The command line: `verdict COMMAND`. */
async function main(): Promise<void> {
  const program = new Command("verdict")
    .description("real-time decisions: features, models and rules, one outcome with its reasons")
    .addHelpText(
      "after",
      "\nExit codes: 0 ok, 1 failure in running, 2 usage, 3 a document does not load, 4 tests fail.",
    );
  const demo = demoCommand({ startEngine: () => startChildEngine() });
  for (const command of [
    serveCommand(),
    decideCommand(),
    policyCommand(),
    listCommand(),
    tableCommand(),
    sourceCommand(),
    latencyCommand(),
    demo,
  ])
    program.addCommand(command);
  throwOnExit(program);
  await program.parseAsync();
}

/** Every command throws instead of ending the process, so that one place chooses the exit code. */
function throwOnExit(command: Command): void {
  command.exitOverride();
  for (const child of command.commands) throwOnExit(child);
}

// Who reads the output may stop before its end, as `head` does: that is no failure.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

try {
  await main();
} catch (error) {
  process.exitCode = exitCodeOf(error, (text) => process.stderr.write(text));
}
