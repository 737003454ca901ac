import Type from "typebox";
import type { SourceEntry } from "../../domain/source-kind.ts";
import { nameOfEntry } from "../entry-schema.ts";
import { type ConnectionEntry, ConnectionSchema } from "./connection-entry.ts";

/** A Redis source as the catalogue has it. */
export interface RedisEntry extends SourceEntry {
  readonly layout: "hash" | "json" | "string" | "feast";
  readonly connection?: ConnectionEntry;
  readonly key?: string;
  readonly maxValueBytes?: number;
  readonly project?: string;
  readonly join?: Readonly<Record<string, JoinKey>>;
  readonly ttl?: string | Readonly<Record<string, string>>;
}

/** One part of a Feast entity: the feature that has its value, and the value's type, which is a part of the key. */
export interface JoinKey {
  readonly feature: string;
  readonly type: "int32" | "int64" | "string";
}

/** Of sources and lists that give none. */
export const defaultTimeoutMs = 15;

const closed = { additionalProperties: false } as const;

const Ttl = Type.String({
  pattern: "^[1-9][0-9]*(ms|s|m|h|d)$",
  description: "a duration: a whole number and ms, s, m, h or d",
  examples: ["1d"],
});

const JoinKeySchema = Type.Object(
  {
    feature: Type.String({
      pattern: nameOfEntry,
      description: "the feature that has the join key's value",
      refersTo: "feature",
    }),
    type: Type.Enum(["int32", "int64", "string"], {
      description: 'the value type of the entity in Feast: "int32", "int64" or "string"; each makes another key',
    }),
  },
  closed,
);

/** Its properties besides those of every source. */
export const redisProperties = {
  layout: Type.Enum(["hash", "json", "string", "feast"], {
    description:
      'how the features of one key are kept: "hash" (a field each), "json" (one JSON text), "string" (the value itself), "feast" (written by Feast)',
  }),
  connection: Type.Optional(ConnectionSchema),
  key: Type.Optional(
    Type.String({
      minLength: 1,
      description:
        "the key; {feature} stands for a feature's value, ${VARIABLE} for a variable of the environment, {{ and }} for braces. Not for feast",
      examples: ["customer:{customer_id}", "{{{customer_id}}}:profile"],
    }),
  ),
  maxValueBytes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16_777_216, description: "the largest value taken; default 262144" }),
  ),
  project: Type.Optional(Type.String({ minLength: 1, description: "feast: the project, as in feature_store.yaml" })),
  join: Type.Optional(
    Type.Record(Type.String({ minLength: 1 }), JoinKeySchema, {
      minProperties: 1,
      description: "feast: the join keys of the entities by name, each with the feature that has its value",
      examples: [{ driver_id: { feature: "customer_id", type: "int64" } }],
    }),
  ),
  ttl: Type.Optional(
    Type.Union([Ttl, Type.Record(Type.String({ minLength: 1 }), Ttl)], {
      description: "feast: older features are stale; for all views, or by view",
      examples: ["1d", { driver_hourly_stats: "2h" }],
    }),
  ),
};
