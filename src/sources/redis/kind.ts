import { parsePath } from "../../domain/path.ts";
import type { ListDefinition, SourceKindDefinition } from "../../domain/source-kind.ts";
import { checkRedisEntry } from "./check-entry.ts";
import { defaultTimeoutMs, type RedisEntry, redisProperties } from "./entry.ts";
import { feastPath } from "./feast/layout.ts";
import { featuresInKey } from "./key-template.ts";
import { redisLists } from "./list/definition.ts";
import { redisSource } from "./source.ts";

/** Pre-computed features in Redis: in hashes, JSON or plain strings, or written by Feast. */
export const redisKind: SourceKindDefinition<RedisEntry> = {
  kind: "redis",
  description: "a Redis: a single server, one with sentinels, or a cluster",
  properties: redisProperties,
  pathDescription:
    "layout hash: the field; json: names and indexes, `$.risk.score`; string: `$`; feast: `view:feature`",
  defaultTimeoutMs,
  inputsOf: ({ layout, key = "", join = {} }) =>
    layout === "feast" ? [...new Set(Object.values(join).map(({ feature }) => feature))] : featuresInKey(key),
  check: (_name, entry, scope) => checkRedisEntry(entry, scope),
  checkPath(path, { layout }) {
    const problem = (fix: string) => ({
      message: `the path ${JSON.stringify(path)} leads nowhere in layout "${layout}"`,
      fix,
    });
    if (layout === "json" && parsePath(path) === undefined) return problem('write names and indexes: "$.risk.score"');
    if (layout === "string" && path !== "$") return problem('the value is all there is: write "$"');
    if (layout === "feast" && !feastPath.test(path)) return problem('write "view:feature"');
    return undefined;
  },
  list: redisLists as ListDefinition,
  open: (name, entry, environment) =>
    redisSource(
      name,
      { ...entry, timeoutMs: entry.timeoutMs ?? defaultTimeoutMs },
      redisKind.inputsOf(entry),
      environment,
    ),
};
