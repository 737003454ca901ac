import { type ClientReadableStream, credentials, Metadata, makeClientConstructor } from "@grpc/grpc-js";
import { service } from "grpc-health-check";
import type { CleanUp } from "./clean-up.ts";

interface HealthClient {
  Check(request: object, done: (error: { code: number } | null, answer?: { status: string }) => void): void;
  Watch(request: object, metadata: Metadata): ClientReadableStream<{ status: string }>;
  close(): void;
}

function healthClient(clean: CleanUp, address: string): HealthClient {
  const Health = makeClientConstructor(service, "grpc.health.v1.Health");
  const client = new Health(address, credentials.createInsecure());
  clean.later(() => client.close());
  return client as unknown as HealthClient;
}

/** The status of a service as grpc.health.v1 tells it; a number is the code of an error. */
export function checkHealth(clean: CleanUp, address: string, name: string): Promise<string | number> {
  return new Promise((resolve) => {
    healthClient(clean, address).Check({ service: name }, (error, answer) => resolve(error?.code ?? answer!.status));
  });
}

/** Watches the server's health; `next` gives one status after the other. */
export function watchHealth(clean: CleanUp, address: string): { next(): Promise<string> } {
  const call = healthClient(clean, address).Watch({ service: "" }, new Metadata());
  // A server that stops ends the watch; that is no failure of the test.
  call.on("error", () => {});
  clean.later(() => call.cancel());
  const seen: string[] = [];
  let wake = () => {};
  call.on("data", ({ status }) => {
    seen.push(status);
    wake();
  });
  return {
    async next() {
      while (seen.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return seen.shift()!;
    },
  };
}
