import assert from "node:assert/strict";
import { Readable } from "node:stream";
import type { ServerReadableStream } from "@grpc/grpc-js";
import { recordEventsHandler } from "../../src/server/feedback-service.ts";
import type { Event__Output } from "../../src/server/generated/verdict/v1/Event.ts";

const messages = 200;

describe("a stream of events", () => {
  it("lets other calls in every few messages, also when all are at hand", async () => {
    let taken = 0;
    const takenWithoutPause: number[] = [];
    const record = recordEventsHandler({
      recordEvent: async () => {
        taken += 1;
        const before = taken;
        setImmediate(() => takenWithoutPause.push(taken - before));
        return "accepted";
      },
      reportLabel: async () => "accepted",
    });
    const event = { request_id: "r", policy: "p", event: {}, occurred_at: null };
    const call = Readable.from(Array.from({ length: messages }, () => event));
    const { accepted } = await record(call as unknown as ServerReadableStream<Event__Output, never>);
    await new Promise(setImmediate);
    assert.deepEqual([accepted, takenWithoutPause.length], [messages, messages]);
    assert.ok(Math.max(...takenWithoutPause) <= 8, `${Math.max(...takenWithoutPause)} messages without a pause`);
  });
});
