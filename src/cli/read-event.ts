import { readFile } from "node:fs/promises";
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import type { Json } from "../domain/event.ts";

/** An event's attributes from a JSON file, or from standard input (`-`). Ends the command if they are none. */
export async function readEvent(file: string, command: Command): Promise<Record<string, Json>> {
  const content = file === "-" ? await text(process.stdin) : await readFile(file, "utf8");
  try {
    const event: unknown = JSON.parse(content);
    if (typeof event === "object" && event !== null && !Array.isArray(event)) return event as Record<string, Json>;
  } catch (error) {
    command.error(`error: ${file === "-" ? "standard input" : file} is not JSON: ${(error as Error).message}`);
  }
  command.error(`error: ${file === "-" ? "standard input" : file} must hold one JSON object, such as {"amount": 12.5}`);
}
