import type { ListDefinition } from "../../../domain/source-kind.ts";
import { checkRedisList, type RedisListEntry, redisListProperties } from "./entry.ts";
import { openRedisList } from "./open.ts";
import { connectRedisList } from "./outside.ts";

/** Lists that other systems change at once: sets in Redis. */
export const redisLists: ListDefinition<RedisListEntry> = {
  description: "a set in Redis; entries do not expire by themselves",
  properties: redisListProperties,
  check: checkRedisList,
  open: openRedisList,
  connect: connectRedisList,
};
