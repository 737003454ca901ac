import { type Client, Metadata, type ServiceError } from "@grpc/grpc-js";
import { type RemoteCall, RemoteError } from "../../domain/remote.ts";
import { failureOf } from "./failure.ts";

const unchanged = (bytes: Uint8Array) => bytes as Buffer;

/**
 * Makes one call. It fails fast where there is no connection, has its deadline on the wire, and is cancelled at once, on both
 * sides, when the signal is aborted. Nothing stays behind.
 * @param metadata of this call alone; the trace context is added if there is one.
 * @throws as `Remote.call`.
 */
export function callUnary(client: Client, call: RemoteCall, metadata = new Metadata()): Promise<Uint8Array> {
  const { path, request, signal, deadlineMs, traceparent, tracestate } = call;
  if (traceparent !== undefined) metadata.set("traceparent", traceparent);
  if (tracestate !== undefined) metadata.set("tracestate", tracestate);
  return new Promise((resolve, reject) => {
    const leftMs = deadlineMs - performance.now();
    if (signal.aborted) return reject(signal.reason);
    if (leftMs <= 0)
      return reject(new RemoteError("DEADLINE_EXCEEDED", `${path.slice(1)} was due before it was called`));
    const stop = () => {
      sent.cancel();
      reject(signal.reason);
    };
    const done = (error: ServiceError | null, response?: Uint8Array) => {
      signal.removeEventListener("abort", stop);
      if (error !== null) reject(failureOf(error, path));
      else resolve(response!);
    };
    const deadline = Date.now() + leftMs;
    const sent = client.makeUnaryRequest(path, unchanged, unchanged, request, metadata, { deadline }, done);
    signal.addEventListener("abort", stop, { once: true });
  });
}
