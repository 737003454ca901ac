import { Missing } from "../../domain/feature.ts";
import type { SourceAnswer } from "../../domain/source.ts";
import type { OpenSource, SourceEnvironment, SourceFeature } from "../../domain/source-kind.ts";
import { defaultConnection } from "./connection-entry.ts";
import type { RedisEntry } from "./entry.ts";
import { ReplyProblem } from "./errors.ts";
import { feastLayout } from "./feast/layout.ts";
import { compileKey } from "./key-template.ts";
import type { Layout } from "./layout.ts";
import { redisProbe } from "./probe.ts";
import { settingsOf } from "./settings.ts";
import { borrowConnection } from "./shared-connection.ts";
import { hashLayout, jsonLayout, stringLayout } from "./text-layouts.ts";

const defaultMaxValueBytes = 262_144;

/**
 * A source that lies in Redis. It opens whether or not the server is there.
 * @param inputs the features whose values come as the key.
 * @throws if a variable is not set, a file cannot be read or an address is none.
 */
export function redisSource(
  name: string,
  entry: RedisEntry & { readonly timeoutMs: number },
  inputs: readonly string[],
  { variable, onProblem }: Pick<SourceEnvironment, "variable" | "onProblem">,
): OpenSource {
  const { layout, connection = defaultConnection, timeoutMs } = entry;
  const reads = layoutOf(entry, inputs, variable);
  const settings = settingsOf(connection, { variable, timeoutMs });
  const borrowed = borrowConnection(settings, { source: name, onProblem });
  const { probe, close } = redisProbe(settings);
  return {
    source: {
      name,
      kind: "redis",
      prepare(features) {
        const prepared = reads.prepare(features);
        return async ({ key, signal }) => {
          try {
            const values = await borrowed.connection.ask(prepared.read(key), signal);
            if (values.every((value) => value === null)) return notFound(features);
            return answer(prepared.take(values), features);
          } catch (error) {
            throw error instanceof ReplyProblem && error.code === "WRONGTYPE" ? wrongType(layout) : error;
          }
        };
      },
    },
    probe,
    async close() {
      close();
      borrowed.giveBack();
    },
  };
}

function layoutOf(entry: RedisEntry, inputs: readonly string[], variable: (name: string) => string): Layout {
  const { layout, key = "", maxValueBytes = defaultMaxValueBytes } = entry;
  if (layout === "feast") return feastLayout(entry, inputs);
  const makeKey = compileKey(key, { features: inputs, variable });
  const text = { hash: hashLayout, json: jsonLayout, string: stringLayout };
  return text[layout](makeKey, maxValueBytes);
}

function notFound(features: readonly SourceFeature[]): SourceAnswer {
  return { status: "NOT_FOUND", values: features.map(() => Missing.not_found) };
}

function answer(values: SourceAnswer["values"], features: readonly SourceFeature[]): SourceAnswer {
  const wrong = features
    .filter((_, at) => values[at] === Missing.error)
    .map(({ path, type }) => `${path} is not ${type}`);
  if (wrong.length === 0) return { status: "OK", values };
  return {
    status: "OK",
    values,
    error: new TypeError(`what is stored is not as the catalogue says: ${wrong.join(", ")}`),
  };
}

function wrongType(layout: RedisEntry["layout"]): Error {
  const read = layout === "hash" || layout === "feast" ? "a hash" : "a string";
  return new Error(
    `the key holds something else than ${read}, which layout "${layout}" reads: see TYPE of such a key, and correct layout or key`,
  );
}
