import { deepStrictEqual, ok, rejects, strictEqual } from "node:assert/strict";
import { Metadata, status } from "@grpc/grpc-js";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import { connect, type VerdictClient } from "../../src/client/client.ts";
import { ServiceError } from "../../src/client/service-error.ts";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { Event } from "../../src/server/generated/verdict/v1/Event.ts";
import { protos } from "../../src/server/protos.ts";
import { type Handlers, type Serving, serve } from "./support/serve.ts";

const bytesOf = (name: string, message: object): Buffer =>
  Buffer.from((protos[name] as MessageTypeDefinition<object, object>).serialize(message));

/** The metadata that carries error details. */
function details(...messages: readonly (readonly [name: string, message: object])[]): Metadata {
  const any = messages.map(([name, message]) => ({
    type_url: `type.googleapis.com/${name}`,
    value: bytesOf(name, message),
  }));
  const metadata = new Metadata();
  metadata.set("grpc-status-details-bin", bytesOf("google.rpc.Status", { code: 3, message: "no", details: any }));
  return metadata;
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  ok(error instanceof ServiceError);
  return error.toJSON();
}

describe("the client", () => {
  const open: (Serving | VerdictClient)[] = [];

  async function connected(handlers: Handlers): Promise<{ client: VerdictClient; serving: Serving }> {
    const serving = await serve(handlers);
    const client = connect(serving.address);
    open.push(serving, client);
    return { client, serving };
  }

  afterEach(() => {
    for (const each of open.splice(0)) "stop" in each ? each.stop() : each.close();
  });

  it("sends a request with its metadata and gives the answer with all defaults", async () => {
    const seen: unknown[] = [];
    const { client } = await connected({
      Decide: ({ request, metadata }, done) => {
        seen.push({ request, traceparent: metadata.get("traceparent") });
        done(null, { request_id: request.request_id, outcome: "approve" });
      },
    });
    const request = {
      request_id: "r1",
      policy: "card-authorization",
      event: toFields({ amount: 9.5 }),
      occurred_at: toTimestamp(1_500),
    };
    const answer = await client.decide(request, { metadata: { traceparent: "00-a-b-01" }, deadlineMs: 10_000 });
    deepStrictEqual(seen, [
      {
        request: {
          request_id: "r1",
          policy: "card-authorization",
          event: { amount: { numberValue: 9.5, kind: "numberValue" } },
          occurred_at: { seconds: 1, nanos: 500_000_000 },
          explain: false,
          dry_run: false,
          annotations: {},
        },
        traceparent: ["00-a-b-01"],
      },
    ]);
    deepStrictEqual(answer, {
      decision_id: "",
      request_id: "r1",
      outcome: "approve",
      reasons: [],
      scores: [],
      rules: [],
      policy: null,
      completeness: "COMPLETENESS_UNSPECIFIED",
      missing_features: [],
      settled_early: false,
      sources: [],
      elapsed_ms: 0,
      trace_id: "",
      explanation: null,
    });
  });

  it("tells why a call failed, from the details the engine sends", async () => {
    const { client } = await connected({
      Decide: (_, done) => {
        const metadata = details(
          ["google.rpc.ErrorInfo", { reason: "BAD_EVENT", domain: "verdict" }],
          ["google.rpc.BadRequest", { field_violations: [{ field: "event.amount", description: "is no number" }] }],
        );
        done({ code: status.INVALID_ARGUMENT, details: "the event is not valid", metadata });
      },
    });
    deepStrictEqual(await failureOf(client.decide({})), {
      code: "INVALID_ARGUMENT",
      reason: "BAD_EVENT",
      message: "the event is not valid",
      violations: [{ field: "event.amount", description: "is no number" }],
    });
  });

  it("tells of a failure without details, and of one without a server", async () => {
    const { client, serving } = await connected({
      Decide: (_, done) => done({ code: status.RESOURCE_EXHAUSTED, details: "overloaded" }),
    });
    deepStrictEqual(await failureOf(client.decide({})), {
      code: "RESOURCE_EXHAUSTED",
      reason: "",
      message: "overloaded",
      violations: [],
    });
    serving.stop();
    await rejects(client.decide({}), { name: "ServiceError", code: "UNAVAILABLE", reason: "" });
  });

  it("gives up at the deadline", async () => {
    const { client } = await connected({ Decide: () => {} });
    await rejects(client.decide({}, { deadlineMs: 20 }), { code: "DEADLINE_EXCEEDED" });
  });

  it("streams events and labels to the end and gives the count", async () => {
    const { client } = await connected({
      RecordEvents: (call, done) => {
        let accepted = 0;
        call.on("data", () => accepted++).on("end", () => done(null, { accepted }));
      },
      ReportLabels: (call, done) => {
        const rejections: { index: number; request_id: string }[] = [];
        call.on("data", ({ request_id }) => rejections.push({ index: rejections.length, request_id }));
        call.on("end", () => done(null, { rejected: rejections.length, rejections }));
      },
    });
    const events = Array.from({ length: 5_000 }, (_, index) => ({ request_id: `r${index}` }));
    deepStrictEqual(await client.recordEvents(events), { accepted: 5_000, duplicates: 0, rejected: 0, rejections: [] });
    deepStrictEqual(await client.reportLabels([{ request_id: "r1", label: { boolValue: true } }]), {
      accepted: 0,
      duplicates: 0,
      rejected: 1,
      rejections: [{ index: 0, request_id: "r1", reason: "", message: "" }],
    });
  });

  it("reads events only as fast as the server takes them", async () => {
    let goOn = (): void => {};
    const { client } = await connected({
      RecordEvents: (call, done) => {
        goOn = () => {
          call.resume();
        };
        call.on("data", () => {}).on("end", () => done(null, {}));
        call.pause();
      },
    });
    let read = 0;
    function* events(): Generator<Event> {
      for (; read < 2_000; read++) yield { request_id: "x".repeat(1_000) };
    }
    const answered = client.recordEvents(events());
    // The windows of HTTP/2 and the streams' buffers hold some; a second look at the same number shows that it stopped.
    for (let seen = -1; read === 0 || seen !== read; ) {
      seen = read;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    ok(read < 2_000, `all ${read} events were read`);
    goOn();
    await answered;
    strictEqual(read, 2_000);
  });

  it("stops reading events when the server ends the call", async () => {
    const { client } = await connected({
      RecordEvents: (_, done) => done({ code: status.NOT_FOUND, details: "unknown policy" }),
    });
    let closed = false;
    function* events(): Generator<Event> {
      try {
        for (;;) yield { request_id: "r1" };
      } finally {
        closed = true;
      }
    }
    await rejects(client.recordEvents(events()), { code: "NOT_FOUND", message: "unknown policy" });
    while (!closed) await new Promise(setImmediate);
  });

  it("cancels the call when the events cannot be read", async () => {
    const arrived = Promise.withResolvers<void>();
    const cancelled = Promise.withResolvers<void>();
    const { client } = await connected({
      RecordEvents: (call) => {
        call.on("data", () => arrived.resolve()).on("cancelled", () => cancelled.resolve());
      },
    });
    async function* events(): AsyncGenerator<Event> {
      yield { request_id: "r1" };
      await arrived.promise;
      throw new Error("the file ended early");
    }
    await rejects(client.recordEvents(events()), { code: "UNKNOWN", message: "the file ended early" });
    await cancelled.promise;
  });

  it("waits until the server is healthy", async () => {
    const { client, serving } = await connected({});
    await client.waitUntilReady(10_000);
    serving.health.setStatus("", "NOT_SERVING");
    await rejects(client.waitUntilReady(150), {
      code: "DEADLINE_EXCEEDED",
      message: "the server is not ready by the deadline: NOT_SERVING",
    });
    serving.stop();
    await rejects(client.waitUntilReady(150), { code: "DEADLINE_EXCEEDED" });
  });
});
