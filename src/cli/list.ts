import { Command } from "commander";
import { addCommand, removeCommand } from "./list-edit.ts";
import { checkCommand, hasCommand, showCommand } from "./list-read.ts";

/** `verdict list …`: the lists of entries that `inList` and `notInList` ask about. */
export function listCommand(): Command {
  return new Command("list")
    .description("show, check and edit the lists of entries that policies ask about")
    .addCommand(showCommand())
    .addCommand(checkCommand())
    .addCommand(hasCommand())
    .addCommand(addCommand())
    .addCommand(removeCommand());
}
