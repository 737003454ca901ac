import { setTimeout as sleep } from "node:timers/promises";
import {
  type CallOptions,
  type Client,
  type ClientUnaryCall,
  Metadata,
  makeClientConstructor,
  type requestCallback,
} from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import { ServiceError } from "./service-error.ts";

interface HealthClient extends Client {
  Check(
    request: { readonly service: string },
    metadata: Metadata,
    options: CallOptions,
    callback: requestCallback<{ readonly status: string }>,
  ): ClientUnaryCall;
}

const pauseMs = 50;

/** A client for grpc.health.v1.Health. */
export function createHealthClient(...connection: ConstructorParameters<typeof Client>): HealthClient {
  const HealthClient = makeClientConstructor(service, "grpc.health.v1.Health");
  return new HealthClient(...connection) as Client as HealthClient;
}

/**
 * Asks the server's health until it is SERVING, also while there is no server yet.
 * @throws ServiceError with code DEADLINE_EXCEEDED when it is not by the deadline
 */
export async function untilServing(client: HealthClient, deadline: Date): Promise<void> {
  let last = "no answer";
  while (Date.now() < deadline.getTime()) {
    try {
      last = await check(client, deadline);
    } catch (error) {
      last = ServiceError.from(error).message;
    }
    if (last === "SERVING") return;
    await sleep(pauseMs);
  }
  const message = `the server is not ready by the deadline: ${last}`;
  throw new ServiceError({ code: "DEADLINE_EXCEEDED", reason: "", message, violations: [] });
}

function check(client: HealthClient, deadline: Date): Promise<string> {
  return new Promise((resolve, reject) => {
    // Waiting for a connection outlasts refused ones: the server may still be starting.
    client.Check({ service: "" }, new Metadata({ waitForReady: true }), { deadline }, (error, answer) => {
      if (error) reject(error);
      else resolve(answer?.status ?? "UNKNOWN");
    });
  });
}
