import type { Command } from "commander";
import type { Bundle } from "../decide/bundle.ts";
import type { CompiledPolicy } from "../decide/compile.ts";

/** The policies a command was given by id; all if it was given none. An unknown id ends the command. */
export function choosePolicies(
  ids: readonly string[],
  { policies }: Bundle,
  command: Command,
): readonly CompiledPolicy[] {
  const unknown = ids.find((id) => !policies.has(id));
  if (unknown !== undefined)
    command.error(`error: there is no policy ${unknown}; known: ${[...policies.keys()].join(", ")}`);
  return [...policies.values()].filter(({ policy }) => ids.length === 0 || ids.includes(policy.id));
}
