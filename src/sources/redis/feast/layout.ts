import { durationMs } from "../../../domain/duration.ts";
import { Missing } from "../../../domain/feature.ts";
import type { RedisEntry } from "../entry.ts";
import type { Layout } from "../layout.ts";
import { entityKey } from "./entity-key.ts";
import { murmur3 } from "./murmur3.ts";
import { decodeTimestamp, decodeValue } from "./value.ts";

/**
 * What Feast's Redis online store wrote: one hash an entity and project; a field a feature, named by the murmur3 hash of
 * `view:feature`; the time of a view's last write in `_ts:view`. Feast leaves old values there: with a `ttl` they are stale
 * here.
 */
export function feastLayout({ join = {}, project = "", ttl }: RedisEntry, inputs: readonly string[]): Layout {
  const makeKey = entityKey(join, project, inputs);
  const ttlOf = (view: string) => {
    const text = typeof ttl === "object" ? ttl[view] : ttl;
    return text === undefined ? undefined : durationMs(text);
  };
  return {
    prepare(features) {
      const wanted = features.map(({ path, type }) => ({ path, type, view: viewOf(path) }));
      const views = [...new Set(wanted.map(({ view }) => view))].filter((view) => ttlOf(view) !== undefined);
      const fields = [...wanted.map(({ path }) => fieldOf(path)), ...views.map((view) => `_ts:${view}`)];
      const isStale = (view: string, written: Buffer | null) => {
        const writtenMs = written === null ? undefined : decodeTimestamp(written);
        // What nobody knows the age of may be of any age.
        return writtenMs === undefined || Date.now() - writtenMs > ttlOf(view)!;
      };
      return {
        read: (key) => ({ name: "hmget", args: [makeKey(key), ...fields], values: fields.length }),
        take(values) {
          const stale = new Set(views.filter((view, at) => isStale(view, values[wanted.length + at]!)));
          return wanted.map(({ view, type }, at) => {
            const value = values[at]!;
            if (value === null) return Missing.not_found;
            return stale.has(view) ? Missing.stale : decodeValue(value, type);
          });
        },
      };
    },
  };
}

/** `view:feature`, as Feast names its references. */
export const feastPath = /^[^:]+:.+$/s;

function viewOf(path: string): string {
  return path.slice(0, path.indexOf(":"));
}

function fieldOf(path: string): Buffer {
  const field = Buffer.alloc(4);
  field.writeUInt32LE(murmur3(Buffer.from(path)));
  return field;
}
