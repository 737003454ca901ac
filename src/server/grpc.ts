import { setTimeout as sleep } from "node:timers/promises";
import {
  loadPackageDefinition,
  Server,
  ServerCredentials,
  type ServerReadableStream,
  type ServerUnaryCall,
  type sendUnaryData,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import type { MessageTypeDefinition, PackageDefinition } from "@grpc/proto-loader";
import { ReflectionService } from "@grpc/reflection";
import { HealthImplementation } from "grpc-health-check";
import type { Decide } from "../decide/decide.ts";
import type { Feedback } from "../decide/feedback.ts";
import type { Clock } from "../domain/clock.ts";
import { VerdictError } from "../domain/errors.ts";
import { decideHandler } from "./decision-service.ts";
import { recordEventsHandler, reportLabelsHandler } from "./feedback-service.ts";
import type { ProtoGrpcType as DecisionTypes } from "./generated/decision.ts";
import type { ProtoGrpcType as FeedbackTypes } from "./generated/feedback.ts";
import { protos } from "./protos.ts";
import { toStatus } from "./status.ts";

export interface GrpcOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  /** Calls decided at the same time; one more is refused with OVERLOADED, which is better for all than to queue. */
  readonly maxInFlight: number;
  readonly clock: Clock;
  readonly decide: Decide;
  readonly feedback: Feedback;
  /** Told of every call that fails, before the caller is. */
  readonly onError: (error: unknown, method: string) => void;
}

export interface GrpcServer {
  /** Where it listens. */
  readonly address: string;
  /** How many calls are being answered now. */
  readonly inFlight: () => number;
  /** Refuses new calls, lets running ones finish, and after `graceMs` ends those left. */
  drain(graceMs: number): Promise<void>;
}

/** Requests are small; larger ones are a mistake or an attack, and refused before they are parsed. */
const maxMessageBytes = 64 * 1024;
const serverOptions = {
  "grpc.max_receive_message_length": maxMessageBytes,
  "grpc.max_concurrent_streams": 1000,
  // Balancing is per connection: connections that end now and then spread callers over new engines.
  "grpc.max_connection_age_ms": 30 * 60_000,
  "grpc.max_connection_age_grace_ms": 30_000,
  "grpc.max_connection_idle_ms": 30 * 60_000,
};

/** What health answers for: the engine as a whole, and each service. */
const healthNames = ["", "verdict.v1.DecisionService", "verdict.v1.FeedbackService"];

export async function listen(options: GrpcOptions): Promise<GrpcServer> {
  const server = new Server(serverOptions);
  const health = new HealthImplementation({ "": "NOT_SERVING" });
  const services = loadPackageDefinition(protos) as unknown as DecisionTypes & FeedbackTypes;
  const { DecisionService, FeedbackService } = services.verdict.v1;
  const state: State = { running: new Set(), draining: false, ...options };
  addService(server, DecisionService.service, {
    Decide: unary(decideHandler(options.decide, options.clock), "Decide", state),
  });
  addService(server, FeedbackService.service, {
    RecordEvents: streamed(recordEventsHandler(options.feedback), "RecordEvents", state),
    ReportLabels: streamed(reportLabelsHandler(options.feedback), "ReportLabels", state),
  });
  health.addToServer(server);
  new ReflectionService(publicProtos()).addToServer(server);

  const port = await bind(server, options.address);
  const address = options.address.replace(/:\d+$/, `:${port}`);
  for (const name of healthNames) health.setStatus(name, "SERVING");
  return {
    address,
    inFlight: () => state.running.size,
    async drain(graceMs) {
      state.draining = true;
      for (const name of healthNames) health.setStatus(name, "NOT_SERVING");
      await shutDown(server, state, graceMs);
    },
  };
}

interface State extends GrpcOptions {
  /** Of each call in flight, how to refuse it now. */
  readonly running: Set<() => void>;
  draining: boolean;
}

function addService(
  server: Server,
  definition: Parameters<Server["addService"]>[0],
  handlers: UntypedServiceImplementation,
): void {
  server.addService(definition, handlers);
}

/** An async handler that rejects would end the process: every handler goes through here. */
function unary<Request, Response>(
  handle: (call: ServerUnaryCall<Request, Response>) => Promise<Response>,
  method: string,
  state: State,
) {
  return (call: ServerUnaryCall<Request, Response>, answer: sendUnaryData<Response>): void => {
    run(() => handle(call), method, state, answer);
  };
}

function streamed<Request, Response>(
  handle: (call: ServerReadableStream<Request, Response>) => Promise<Response>,
  method: string,
  state: State,
) {
  return (call: ServerReadableStream<Request, Response>, answer: sendUnaryData<Response>): void => {
    run(() => handle(call), method, state, answer);
  };
}

function run<Response>(
  handle: () => Promise<Response>,
  method: string,
  state: State,
  answer: sendUnaryData<Response>,
): void {
  const { running } = state;
  const fail = (error: unknown) => {
    state.onError(error, method);
    answer(toStatus(error));
  };
  if (state.draining) return fail(draining());
  if (running.size >= state.maxInFlight) {
    return fail(
      new VerdictError("OVERLOADED", `${running.size} calls are being decided already; call again later, or elsewhere`),
    );
  }
  // The first to end the call wins: what comes after an answer must not be written.
  const end = (last: () => void) => {
    if (running.delete(refuse)) last();
  };
  const refuse = () => end(() => fail(draining()));
  running.add(refuse);
  handle().then(
    (response) => end(() => answer(null, response)),
    (error: unknown) => end(() => fail(error)),
  );
}

function draining(): VerdictError {
  return new VerdictError("DRAINING", "this engine is stopping; call again, another one answers");
}

/** Reflection shows the public API only, not the error details that travel beside it. */
function publicProtos(): PackageDefinition {
  return Object.fromEntries(Object.entries(protos).filter(([name]) => !name.startsWith("google.rpc."))) as Record<
    string,
    MessageTypeDefinition<object, object>
  >;
}

function bind(server: Server, address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.bindAsync(address, ServerCredentials.createInsecure(), (error, port) => {
      if (error === null) resolve(port);
      else
        reject(
          new Error(
            `cannot listen on ${address}: ${error.message}; choose another address with --grpc or VERDICT_GRPC_ADDRESS`,
          ),
        );
    });
  });
}

/** Time for the last answers to leave, once every call has its answer. */
const flushMs = 500;

/**
 * Waits for the calls in flight, not for connections: one that watches the health would never end by itself. Calls
 * still running when the time is up are refused, since callers repeat what is UNAVAILABLE but not what was cut off.
 */
async function shutDown(server: Server, { running }: State, graceMs: number): Promise<void> {
  let open = true;
  server.tryShutdown(() => {
    open = false;
  });
  await until(() => !open || running.size === 0, graceMs);
  for (const refuse of [...running]) refuse();
  await until(() => !open, flushMs);
  if (open) server.forceShutdown();
}

/** Drains once in the life of a process: looking again is simpler than a signal from every call. */
async function until(reached: () => boolean, timeoutMs: number): Promise<void> {
  const endMs = performance.now() + timeoutMs;
  while (!reached() && performance.now() < endMs) await sleep(5);
}
