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

export async function listen(options: GrpcOptions): Promise<GrpcServer> {
  const server = new Server(serverOptions);
  const health = new HealthImplementation({ "": "NOT_SERVING" });
  const services = loadPackageDefinition(protos) as unknown as DecisionTypes & FeedbackTypes;
  const { DecisionService, FeedbackService } = services.verdict.v1;
  const state: State = { inFlight: 0, draining: false, ...options };
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
  health.setStatus("", "SERVING");
  for (const name of ["verdict.v1.DecisionService", "verdict.v1.FeedbackService"]) health.setStatus(name, "SERVING");
  return {
    address,
    async drain(graceMs) {
      state.draining = true;
      for (const name of ["", "verdict.v1.DecisionService", "verdict.v1.FeedbackService"])
        health.setStatus(name, "NOT_SERVING");
      await shutDown(server, graceMs);
    },
  };
}

interface State extends GrpcOptions {
  inFlight: number;
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
  const fail = (error: unknown) => {
    state.onError(error, method);
    answer(toStatus(error));
  };
  if (state.draining)
    return fail(new VerdictError("DRAINING", "this engine is stopping; call again, another one answers"));
  if (state.inFlight >= state.maxInFlight) {
    return fail(
      new VerdictError(
        "OVERLOADED",
        `${state.inFlight} calls are being decided already; call again later, or elsewhere`,
      ),
    );
  }
  state.inFlight += 1;
  handle()
    .then((response) => answer(null, response), fail)
    .finally(() => {
      state.inFlight -= 1;
    });
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

function shutDown(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
