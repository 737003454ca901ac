import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { Command } from "commander";
import { demoCommand } from "../../../src/cli/demo/command.ts";

/** Runs the command with an engine that must not be started; gives what it printed as an error. */
async function refused(...args: readonly string[]): Promise<string> {
  let printed = "";
  let started = 0;
  const command = demoCommand({
    startEngine: () => {
      started++;
      return Promise.reject(new Error("no engine here"));
    },
  })
    .exitOverride()
    .configureOutput({
      writeErr: (text) => {
        printed += text;
      },
    });
  await rejects(command.parseAsync(args, { from: "user" }));
  strictEqual(started, 0);
  return printed.trim();
}

describe("the demo command", () => {
  it("has the defaults that its help names", () => {
    const command = demoCommand({ startEngine: () => Promise.reject(new Error("no engine here")) });
    strictEqual(command instanceof Command, true);
    deepStrictEqual(command.opts(), {
      ...{ transactions: 60_000, seed: 1, days: 50, decideDays: 3, concurrency: 32, json: false },
    });
  });

  it("refuses what is no whole number in range", async () => {
    strictEqual(
      await refused("--days", "1"),
      "error: option '--days <n>' argument '1' is invalid. It must be a whole number of at least 2.",
    );
    strictEqual(
      await refused("--seed", "4294967296"),
      "error: option '--seed <n>' argument '4294967296' is invalid. It must be a whole number from 0 to 4294967295.",
    );
    strictEqual(
      await refused("--concurrency", "many"),
      "error: option '--concurrency <n>' argument 'many' is invalid. It must be a whole number of at least 1.",
    );
  });

  it("refuses to decide days without any history", async () => {
    strictEqual(
      await refused("--days", "5", "--decide-days", "5"),
      "error: --decide-days must be less than --days: the days before are the history",
    );
  });
});
