import { Pool } from "undici";
import { Missing } from "../../domain/feature.ts";
import { parsePath } from "../../domain/path.ts";
import type { SourceAnswer, SourceRequest } from "../../domain/source.ts";
import type { OpenSource, SourceEnvironment, SourceFeature } from "../../domain/source-kind.ts";
import { takeJson } from "../convert-json.ts";
import { bearerOf, tlsOf } from "../credentials.ts";
import { untilAborted } from "../until-aborted.ts";
import type { HttpEntry } from "./entry.ts";
import { explained } from "./failure.ts";
import { httpProbe } from "./probe.ts";
import { type PreparedRequest, prepareRequest } from "./request.ts";
import { readJson } from "./response.ts";

const defaultConnections = 64;
const defaultMaxResponseBytes = 262_144;
const connectTimeoutMs = 2_000;

/**
 * A source behind an HTTP API with JSON answers, over a pool of kept connections.
 * @param inputs the features whose values come as the key.
 * @throws if a variable is not set, a file cannot be read or the URL is none.
 */
export function httpSource(
  name: string,
  entry: HttpEntry,
  inputs: readonly string[],
  { variable }: Pick<SourceEnvironment, "variable">,
): OpenSource {
  const prepared = prepareRequest(entry, { features: inputs, variable });
  const authorization = bearerOf(entry.bearer, variable);
  const connect = { timeout: connectTimeoutMs, ...tlsOf(entry.tls ?? {}, variable) };
  const pool = new Pool(prepared.origin, {
    connections: entry.connections ?? defaultConnections,
    pipelining: 1,
    maxResponseSize: entry.maxResponseBytes ?? defaultMaxResponseBytes,
    connect,
  });
  return {
    source: {
      name,
      kind: "http",
      prepare(features) {
        const wanted = features.map(({ path, type }) => ({ steps: parsePath(path) ?? [], type }));
        return async (request) => {
          const answer = await ask(pool, prepared, authorization, request);
          if (answer === undefined) return notFound(features);
          const values = wanted.map((feature) => takeJson(answer, feature));
          const wrong = features
            .filter((_, at) => values[at] === Missing.error)
            .map(({ path, type }) => `${path} is not ${type}`);
          if (wrong.length === 0) return { status: "OK", values };
          return {
            status: "OK",
            values,
            error: new TypeError(`the answer is not as the catalogue says: ${wrong.join(", ")}`),
          };
        };
      },
    },
    probe: httpProbe(prepared, connect),
    // What is in flight is not waited for: nobody does.
    close: () => pool.destroy(),
  };
}

/** @returns the JSON of the answer; undefined if there is none of that key. */
async function ask(
  pool: Pool,
  { method, make }: PreparedRequest,
  authorization: (() => string) | undefined,
  { key, signal, deadlineMs, traceparent, tracestate }: SourceRequest,
): Promise<unknown> {
  signal.throwIfAborted();
  const { path, headers, body } = make(key);
  headers.traceparent = traceparent;
  if (tracestate !== undefined) headers.tracestate = tracestate;
  if (authorization !== undefined) headers.authorization = authorization();
  // The signal ends the request in time; these keep a connection from being held by one that did not end.
  const leftMs = Math.max(1, Math.ceil(deadlineMs - performance.now())) + 1_000;
  const timeouts = { headersTimeout: leftMs, bodyTimeout: leftMs };
  const request = pool.request({ method, path, headers, body, signal, ...timeouts }).catch((error: Error) => {
    throw explained(error);
  });
  // What still waits for a connection when it is aborted is never sent; but the pool says so only when its turn comes.
  return await untilAborted(request.then(readJson), signal);
}

function notFound(features: readonly SourceFeature[]): SourceAnswer {
  return { status: "NOT_FOUND", values: features.map(() => Missing.not_found) };
}
