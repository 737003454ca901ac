import { once } from "node:events";
import { type ClientHttp2Session, connect, constants } from "node:http2";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { protos } from "../../../src/server/protos.ts";
import { purchases } from "./requests.ts";

/** What its parent asks of it: so many calls of Decide, from this purchase on, with so many in flight. */
export interface Load {
  readonly address: string;
  readonly from: number;
  readonly count: number;
  readonly inFlight: number;
}

export interface Loaded {
  readonly seconds: number;
  /** Calls that were answered with another status than OK, or not. */
  readonly failed: number;
}

const connections = 4;
const path = "/verdict.v1.DecisionService/Decide";
const { serialize } = protos["verdict.v1.DecideRequest"] as MessageTypeDefinition<object, object>;
const all = purchases();

/**
 * Calls a server as fast as it answers: bytes made beforehand, over HTTP/2 as it is. A gRPC client in JavaScript would cost
 * more than the echo it measures; h2load can send one body only, and each decision needs a request id of its own.
 */
process.on("message", async ({ address, from, count, inFlight }: Load) => {
  const frames = all.slice(from, from + count).map((purchase) => frameOf(serialize(purchase)));
  const sessions = Array.from({ length: connections }, () => connect(`http://${address}`));
  await Promise.all(sessions.map((session) => once(session, "connect")));
  const queue = frames.values();
  let failed = 0;
  const started = performance.now();
  await Promise.all(
    Array.from({ length: inFlight }, async (_, lane) => {
      const session = sessions[lane % connections]!;
      for (const frame of queue) if ((await call(session, frame)) !== "0") failed += 1;
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  for (const session of sessions) session.close();
  process.send?.({ seconds, failed } satisfies Loaded);
});
process.once("disconnect", () => process.exit());
process.send?.("ready");

/** Length-prefixed and not compressed (gRPC over HTTP/2). */
function frameOf(message: Buffer): Buffer {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

/** @returns the gRPC status; undefined if the call ended without one. */
function call(session: ClientHttp2Session, frame: Buffer): Promise<unknown> {
  return new Promise((resolve) => {
    const stream = session.request({
      [constants.HTTP2_HEADER_METHOD]: "POST",
      [constants.HTTP2_HEADER_PATH]: path,
      [constants.HTTP2_HEADER_CONTENT_TYPE]: "application/grpc",
      [constants.HTTP2_HEADER_TE]: "trailers",
    });
    let status: unknown;
    stream.on("trailers", (trailers) => {
      status = trailers["grpc-status"];
    });
    stream.on("error", () => {});
    stream.on("close", () => resolve(status));
    stream.resume();
    stream.end(frame);
  });
}
