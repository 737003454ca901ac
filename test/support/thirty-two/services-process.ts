import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { fileURLToPath } from "node:url";
import {
  Server,
  ServerCredentials,
  type ServerUnaryCall,
  type ServiceDefinition,
  type sendUnaryData,
} from "@grpc/grpc-js";
import { loadSync } from "@grpc/proto-loader";
import { serveAsChild } from "../faults/serve-as-child.ts";
import { afterExactly } from "./after-exactly.ts";
import { type Asked, traceIdOf } from "./asked.ts";
import { type Answer, answerOf } from "./layout.ts";

let takesMs = 0;
let slow: Readonly<Record<string, number>> = {};
let asked: Asked[] = [];

/** Answers after the service's time, unless the caller goes first. @returns to be called when the caller is gone. */
function answerLater(service: string, key: string, traceId: string, answer: (found: Answer) => void): () => void {
  const began = performance.now();
  const note = (givenUp: boolean) => {
    asked.push({ service, key, traceId, tookMs: performance.now() - began, givenUp });
  };
  const cancel = afterExactly(slow[service] ?? takesMs, () => {
    answer(answerOf(service, key));
    note(false);
  });
  return () => {
    if (cancel()) note(true);
  };
}

/** `GET /asked` tells what was asked since the last time, `POST /times` sets the times; all else is a lookup. */
async function answerHttp(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const [, service = "", key = ""] = request.url!.split("/").map(decodeURIComponent);
  const send = (body: unknown) => response.setHeader("content-type", "application/json").end(JSON.stringify(body));
  if (service === "asked") {
    send(asked);
    asked = [];
  } else if (service === "times") {
    let body = "";
    for await (const chunk of request) body += chunk;
    ({ takesMs, slow } = JSON.parse(body) as { takesMs: number; slow: Record<string, number> });
    send({});
  } else {
    const goneAway = answerLater(service, key, traceIdOf(request.headers.traceparent), send);
    response.once("close", goneAway);
  }
}

type Call = ServerUnaryCall<{ service: string; key: string }, Answer>;

async function listenGrpc(port: number): Promise<void> {
  const file = fileURLToPath(new URL("lookup.proto", import.meta.url));
  const server = new Server();
  server.addService(loadSync(file, { keepCase: true })["thirtytwo.v1.Lookup"] as ServiceDefinition, {
    Get(call: Call, answer: sendUnaryData<Answer>) {
      const { service, key } = call.request;
      const traceId = traceIdOf(String(call.metadata.get("traceparent")[0]));
      call.once(
        "cancelled",
        answerLater(service, key, traceId, (found) => answer(null, found)),
      );
    },
  });
  await new Promise<void>((resolve, reject) => {
    server.bindAsync(`127.0.0.1:${port}`, ServerCredentials.createInsecure(), (error) =>
      error ? reject(error) : resolve(),
    );
  });
}

/** All 32 services, in a process of their own so that their work is not the engine's: HTTP on its port, gRPC on another. */
void serveAsChild(async (port, [grpcPort]) => {
  const http = createServer((request, response) => void answerHttp(request, response)).listen(port, "127.0.0.1");
  await Promise.all([once(http, "listening"), listenGrpc(Number(grpcPort))]);
});
