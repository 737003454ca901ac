import type { Command } from "commander";

/** Prints a result. */
export function say(command: Command, text: string): void {
  const { writeOut = (out: string) => process.stdout.write(out) } = command.configureOutput();
  writeOut(text);
}
