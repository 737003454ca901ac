import { Command, InvalidArgumentError } from "commander";
import { type DemoOptions, type DemoParts, runDemo } from "./run-demo.ts";

/** `verdict demo`: sets the process's exit code. */
export function demoCommand({ startEngine }: Pick<DemoParts, "startEngine">): Command {
  return new Command("demo")
    .description("stream simulated card transactions through a fresh engine and report what it made of them")
    .option("--transactions <n>", "about how many transactions to simulate", atLeast(1), 60_000)
    .option("--seed <n>", "of the simulation: equal seeds give equal transactions", atLeast(0, 2 ** 32 - 1), 1)
    .option("--days <n>", "how many days to simulate", atLeast(2), 50)
    .option("--decide-days <n>", "how many of the last days to decide; earlier ones are history", atLeast(1), 3)
    .option("--concurrency <n>", "calls in flight at the same time", atLeast(1), 32)
    .option("--json", "print the report as one JSON object", false)
    .action(async (options: DemoOptions, command: Command) => {
      if (options.decideDays >= options.days) {
        command.error("error: --decide-days must be less than --days: the days before are the history", {
          exitCode: 2,
        });
      }
      process.exitCode = await runDemo(options, { out: process.stdout, err: process.stderr, startEngine });
    });
}

function atLeast(min: number, max = Number.MAX_SAFE_INTEGER): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new InvalidArgumentError(
      `It must be a whole number ${max < Number.MAX_SAFE_INTEGER ? `from ${min} to ${max}` : `of at least ${min}`}.`,
    );
  };
}
