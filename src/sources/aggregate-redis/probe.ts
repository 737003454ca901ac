import { redisProbe, type ServerInfo } from "../redis/probe.ts";
import type { Settings } from "../redis/settings.ts";

/** A probe of a Redis that aggregates are kept on. */
export function aggregatesProbe(settings: Settings): ReturnType<typeof redisProbe> {
  return redisProbe(settings, judge);
}

/** @throws if nothing can be counted there. */
function judge({ role, maxmemory, maxmemory_policy: policy }: ServerInfo): readonly string[] {
  if (role === "slave")
    throw new Error("it is a replica, where nothing can be counted; name the master in aggregatesConnection");
  if (maxmemory === undefined || maxmemory === "0" || policy === "noeviction") return [];
  return [`its maxmemory-policy is ${policy}, by which it may drop what was counted; set it to noeviction`];
}
