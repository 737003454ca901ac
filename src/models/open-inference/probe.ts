import type { Probe } from "../../domain/probe.ts";
import { type Remote, RemoteError } from "../../domain/remote.ts";
import type { RemoteManifest } from "../manifest-schema.ts";
import { decodeMetadata, decodeReady, encodeReadyRequest, metadataPath, readyPath } from "./messages.ts";

/** For calls whose end is their signal. */
const longMs = 600_000;

/** Asks a model's server whether the model is ready to score. */
export function modelProbe({ runtime }: RemoteManifest, remote: Remote, fill: (template: string) => string): Probe {
  const { model, version = "", address, tls } = runtime;
  return {
    place: tls === undefined ? fill(address) : `${fill(address)} (TLS)`,
    keepsConnection: true,
    async ask(_features, signal) {
      const call = async (path: string, request: Uint8Array) => {
        const deadlineMs = performance.now() + longMs;
        return await remote.call({ path, request, signal, deadlineMs, traceparent: undefined }).catch(unlessUnknown);
      };
      const ready = await call(readyPath, encodeReadyRequest(model, version));
      if (ready !== undefined && !decodeReady(ready))
        throw new Error(`the server does not have the model ${model} ready; load it there, or correct runtime.model`);
      const metadata = await call(metadataPath, Buffer.alloc(0));
      const server = metadata === undefined ? "answers" : shown(decodeMetadata(metadata));
      return { detail: ready === undefined ? server : `${server}; ${model} is ready` };
    },
  };
}

function shown({ name, version }: ReturnType<typeof decodeMetadata>): string {
  return `${name} ${version}`.trim() || "answers";
}

/** A server need not offer more than scoring. */
function unlessUnknown(error: unknown): undefined {
  if (error instanceof RemoteError && error.code === "UNIMPLEMENTED") return undefined;
  throw error;
}
