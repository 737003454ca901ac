import Type from "typebox";
import type { EntryScope, SourceEntry } from "../../../domain/source-kind.ts";
import { checkConnection } from "../check-entry.ts";
import { type ConnectionEntry, ConnectionSchema } from "../connection-entry.ts";
import { compileKey, parseKeyTemplate } from "../key-template.ts";

/** A list as the catalogue has it: a Redis set. */
export interface RedisListEntry extends SourceEntry {
  readonly connection?: ConnectionEntry;
  readonly key: string;
}

/** Its properties besides those of every list. */
export const redisListProperties = {
  key: Type.String({
    minLength: 1,
    description: "the key of the set; ${VARIABLE} stands for a variable of the environment, {{ and }} for braces",
    examples: ["list:blocked_cards"],
  }),
  connection: Type.Optional(ConnectionSchema),
};

/**
 * The member by which a set is known to be there. Redis has no empty sets: without it a list that was lost would be one
 * that nobody is on.
 */
export const listMark = "verdict:list";

/** Reports what the schema cannot say. */
export function checkRedisList({ key, connection }: RedisListEntry, { report }: Pick<EntryScope, "report">): void {
  const pieces = parseKeyTemplate(key);
  if (pieces === undefined || pieces.some(({ kind }) => kind === "feature"))
    report(
      ["key"],
      "a list is one set for all events: braces stand for variables of the environment alone",
      "write the key of the set, with ${VARIABLE} for a variable, {{ and }} for braces",
    );
  if (connection !== undefined) checkConnection(connection, report);
}

/** @throws if a variable is not set. */
export function keyOf({ key }: RedisListEntry, variable: (name: string) => string): string {
  return compileKey(key, { features: [], variable })([]);
}
