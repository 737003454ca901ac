import { setImmediate } from "node:timers/promises";
import type { ServerReadableStream } from "@grpc/grpc-js";
import type { Feedback } from "../decide/feedback.ts";
import type { Counted } from "../domain/aggregate.ts";
import { VerdictError } from "../domain/errors.ts";
import { attributesFromWire, timeFromWire, valueFromWire } from "./from-wire.ts";
import type { Event__Output } from "./generated/verdict/v1/Event.ts";
import type { Label__Output } from "./generated/verdict/v1/Label.ts";
import type { RecordEventsResponse } from "./generated/verdict/v1/RecordEventsResponse.ts";

/** Both streams answer in the same form. */
type Tally = RecordEventsResponse;
export type StreamHandler<Message> = (call: ServerReadableStream<Message, Tally>) => Promise<Tally>;

const rejectionsShown = 10;
/** Under a millisecond of work; a pause costs about as much as a few messages. */
const messagesBetweenPauses = 8;

/** `FeedbackService.RecordEvents`. */
export function recordEventsHandler(feedback: Feedback): StreamHandler<Event__Output> {
  return tallied(async ({ request_id, policy, event, occurred_at }) =>
    feedback.recordEvent({
      requestId: request_id,
      policy,
      event: attributesFromWire(event),
      occurredAtMs: timeFromWire(occurred_at),
    }),
  );
}

/** `FeedbackService.ReportLabels`. */
export function reportLabelsHandler(feedback: Feedback): StreamHandler<Label__Output> {
  return tallied(async ({ request_id, label, reported_at }) =>
    feedback.reportLabel({
      requestId: request_id,
      label: label === null ? undefined : valueFromWire(label, "label"),
      reportedAtMs: timeFromWire(reported_at),
    }),
  );
}

/** Takes a stream message by message; one that is refused is told and does not end the stream. */
function tallied<Message extends { readonly request_id: string }>(
  take: (message: Message) => Promise<Counted>,
): StreamHandler<Message> {
  return async (call) => {
    const rejections: { index: number; request_id: string; reason: string; message: string }[] = [];
    let index = 0;
    let accepted = 0;
    let duplicates = 0;
    let rejected = 0;
    for await (const message of call as AsyncIterable<Message>) {
      try {
        if ((await take(message)) === "accepted") accepted += 1;
        else duplicates += 1;
      } catch (error) {
        if (!(error instanceof VerdictError)) throw error;
        rejected += 1;
        if (rejections.length < rejectionsShown) {
          rejections.push({
            index,
            request_id: message.request_id.slice(0, 128),
            reason: error.reason,
            message: error.message,
          });
        }
      }
      index += 1;
      // A stream has its next message at hand: without pauses it would keep every decision waiting.
      if (index % messagesBetweenPauses === 0) await setImmediate();
    }
    return { accepted, duplicates, rejected, rejections };
  };
}
