import { Command } from "commander";
import { benchCommand } from "./bench.ts";
import { checkCommand } from "./check.ts";

/** `verdict source …`: what lies outside the engine, asked directly. */
export function sourceCommand(): Command {
  return new Command("source")
    .description("look whether sources can be asked, and how fast they answer")
    .addCommand(checkCommand())
    .addCommand(benchCommand());
}
