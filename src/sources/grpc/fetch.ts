import type { Client, Metadata } from "@grpc/grpc-js";
import type { SourceKey } from "../../domain/event.ts";
import { Missing } from "../../domain/feature.ts";
import { RemoteError } from "../../domain/remote.ts";
import type { Fetch, SourceAnswer } from "../../domain/source.ts";
import type { SourceFeature } from "../../domain/source-kind.ts";
import type { MakeBody } from "../body.ts";
import type { Describe } from "./described.ts";
import { nameOf, type UnaryMethod } from "./method.ts";
import { type ReadResponse, readerOf } from "./read-response.ts";
import { toMessage } from "./request.ts";
import { callUnary } from "./unary.ts";

export interface FetchParts {
  readonly client: Client;
  readonly describe: Describe;
  readonly makeBody: MakeBody;
  readonly makeMetadata: (key: SourceKey) => Metadata;
}

/** One call for the named features. */
export function prepareFetch(features: readonly SourceFeature[], parts: FetchParts): Fetch {
  const { client, describe, makeBody, makeMetadata } = parts;
  const all = (status: SourceAnswer["status"], missing: Missing): SourceAnswer => ({
    status,
    values: features.map(() => missing),
  });
  let reading: { readonly method: UnaryMethod; readonly read: ReadResponse } | undefined;
  return async ({ key, signal, deadlineMs, traceparent, tracestate }) => {
    const described = describe(signal);
    const method = described instanceof Promise ? await described : described;
    if (reading?.method !== method) reading = { method, read: readerOf(method.output, features) };
    const { path } = method;
    const request = encode(method, makeBody(key));
    let response: Uint8Array;
    try {
      response = await callUnary(
        client,
        { path, request, signal, deadlineMs, traceparent, tracestate },
        makeMetadata(key),
      );
    } catch (error) {
      if (!(error instanceof RemoteError)) throw error;
      if (error.code === "NOT_FOUND") return all("NOT_FOUND", Missing.not_found);
      if (error.code === "DEADLINE_EXCEEDED") return all("TIMEOUT", Missing.timeout);
      throw error;
    }
    return reading.read(response);
  };
}

/** @throws naming each part of the request that does not fit, never its value. */
function encode({ input }: UnaryMethod, body: unknown): Uint8Array {
  const misfits: string[] = [];
  const message = toMessage(input, body, (path, what, fix) => {
    misfits.push(`request${path.map((step) => `.${step}`).join("")} ${what}; ${fix}`);
  });
  if (misfits.length > 0) throw new TypeError(`the request is no ${nameOf(input)}: ${misfits.join(". ")}`);
  return input.encode(message).finish();
}
