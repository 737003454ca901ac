import {
  type CallOptions,
  type ClientWritableStream,
  credentials,
  loadPackageDefinition,
  Metadata,
  type ServiceError as RawServiceError,
  type requestCallback,
} from "@grpc/grpc-js";
import type { ProtoGrpcType as DecisionTypes } from "../server/generated/decision.ts";
import type { ProtoGrpcType as FeedbackTypes } from "../server/generated/feedback.ts";
import type { DecideRequest } from "../server/generated/verdict/v1/DecideRequest.ts";
import type { DecideResponse__Output } from "../server/generated/verdict/v1/DecideResponse.ts";
import type { Event } from "../server/generated/verdict/v1/Event.ts";
import type { Label } from "../server/generated/verdict/v1/Label.ts";
import type { RecordEventsResponse__Output } from "../server/generated/verdict/v1/RecordEventsResponse.ts";
import type { ReportLabelsResponse__Output } from "../server/generated/verdict/v1/ReportLabelsResponse.ts";
import { protos } from "../server/protos.ts";
import { createHealthClient, untilServing } from "./health.ts";
import { sendAll } from "./send-all.ts";
import { ServiceError } from "./service-error.ts";

interface CallSettings {
  /** The call fails with DEADLINE_EXCEEDED when it has not been answered after so long. Default: never. */
  readonly deadlineMs?: number;
  /** Sent along as gRPC metadata, such as `traceparent`. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** The public API by promises; every method but `close` rejects with a ServiceError when its call fails. */
export interface VerdictClient {
  decide(request: DecideRequest, settings?: CallSettings): Promise<DecideResponse__Output>;
  /** One stream for all events, read only as fast as the server takes them. What the iterator throws cancels the call. */
  recordEvents(events: Messages<Event>, settings?: CallSettings): Promise<RecordEventsResponse__Output>;
  /** As `recordEvents`. */
  reportLabels(labels: Messages<Label>, settings?: CallSettings): Promise<ReportLabelsResponse__Output>;
  /** Resolves when the server's health is SERVING. */
  waitUntilReady(deadlineMs: number): Promise<void>;
  /** Lets running calls finish, and the process end. */
  close(): void;
}

type Messages<Message> = Iterable<Message> | AsyncIterable<Message>;

/** A server that is just starting is found soon after it listens, not a second later. */
const channelOptions = { "grpc.initial_reconnect_backoff_ms": 100, "grpc.max_reconnect_backoff_ms": 1_000 };

/**
 * A client of the engine at `host:port`, without TLS. It connects with the first call; all calls share one connection.
 */
export function connect(address: string): VerdictClient {
  const { verdict } = loadPackageDefinition(protos) as unknown as DecisionTypes & FeedbackTypes;
  const connection = [address, credentials.createInsecure(), channelOptions] as const;
  const decisions = new verdict.v1.DecisionService(...connection);
  const feedback = new verdict.v1.FeedbackService(...connection);
  const health = createHealthClient(...connection);
  return {
    decide: (request, settings) =>
      new Promise((resolve, reject) => {
        decisions.Decide(request, metadataOf(settings), optionsOf(settings), settle(resolve, reject));
      }),
    recordEvents: (events, settings) =>
      stream(events, (done) => feedback.RecordEvents(metadataOf(settings), optionsOf(settings), done)),
    reportLabels: (labels, settings) =>
      stream(labels, (done) => feedback.ReportLabels(metadataOf(settings), optionsOf(settings), done)),
    waitUntilReady: (deadlineMs) => untilServing(health, after(deadlineMs)),
    close() {
      for (const client of [decisions, feedback, health]) client.close();
    },
  };
}

function stream<Message, Answer>(
  messages: Messages<Message>,
  open: (done: requestCallback<Answer>) => ClientWritableStream<Message>,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const ended = new AbortController();
    const answer = settle(resolve, reject);
    const call = open((error, value) => {
      answer(error, value);
      ended.abort();
    });
    sendAll(call, messages, ended.signal).catch((error: unknown) => {
      // The first to settle wins: after the call's own end this changes nothing.
      reject(ServiceError.from(error));
      call.cancel();
    });
  });
}

function settle<Answer>(
  resolve: (answer: Answer) => void,
  reject: (error: ServiceError) => void,
): (error: RawServiceError | null, answer?: Answer) => void {
  return (error, answer) => {
    if (error) reject(ServiceError.from(error));
    else resolve(answer as Answer);
  };
}

function metadataOf(settings: CallSettings | undefined): Metadata {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(settings?.metadata ?? {})) metadata.set(name, value);
  return metadata;
}

function optionsOf(settings: CallSettings | undefined): CallOptions {
  return settings?.deadlineMs === undefined ? {} : { deadline: after(settings.deadlineMs) };
}

function after(milliseconds: number): Date {
  return new Date(Date.now() + milliseconds);
}
