import type { Report } from "../../documents/report.ts";
import type { Fetched } from "../../domain/feature.ts";
import { type ConnectRemote, type Remote, RemoteError } from "../../domain/remote.ts";
import type { RemoteManifest } from "../manifest-schema.ts";
import type { Model, ScoreCall, Scoring } from "../model.ts";
import { percentile } from "../percentile.ts";
import { remoteProblems } from "./check.ts";
import { decodeResponse, encodeRequest, inferPath } from "./messages.ts";
import { readNumber } from "./output.ts";
import { type InputTensor, toContents, toRaw, toTensors } from "./tensors.ts";

/** For calls that belong to no decision. */
const leisureMs = 10_000;

/**
 * Opens a model that a server of the Open Inference Protocol runs. The server is not asked before the first score.
 * @param report receives what does not fit.
 * @returns undefined if anything does not fit.
 */
export function openRemoteModel(manifest: RemoteManifest, connect: ConnectRemote, report: Report): Model | undefined {
  const problems = remoteProblems(manifest);
  for (const { path, message, fix } of problems) report(path, message, fix);
  if (problems.length > 0) return undefined;
  try {
    return new RemoteModel(manifest, connect(manifest.runtime));
  } catch (error) {
    report(["runtime"], (error as Error).message, "give the engine what the runtime names");
    return undefined;
  }
}

class RemoteModel implements Model {
  readonly manifest: RemoteManifest;
  readonly #remote: Remote;

  constructor(manifest: RemoteManifest, remote: Remote) {
    this.manifest = manifest;
    this.#remote = remote;
  }

  async score(values: readonly Fetched[], call: ScoreCall = atLeisure()): Promise<Scoring> {
    const started = performance.now();
    const tensors = toTensors(this.manifest, values);
    if (typeof tensors === "string") return { status: "MISSING_INPUT", input: tensors };
    const request = this.#request(tensors);
    const adapted = performance.now();
    const { signal, deadlineMs, traceparent, tracestate } = call;
    try {
      const sent = { path: inferPath, request, signal, deadlineMs, traceparent, tracestate };
      const bytes = await this.#remote.call(sent);
      const value = readNumber(decodeResponse(bytes), this.manifest.output);
      return { status: "OK", value, adaptMs: adapted - started, inferMs: performance.now() - adapted };
    } catch (error) {
      if (error instanceof RemoteError && error.code === "DEADLINE_EXCEEDED") return { status: "TIMEOUT" };
      throw error;
    }
  }

  #request(tensors: readonly InputTensor[]): Uint8Array {
    const { runtime, output } = this.manifest;
    const isRaw = runtime.contents === "raw";
    return encodeRequest({
      model_name: runtime.model,
      model_version: runtime.version ?? "",
      inputs: tensors.map((tensor) => {
        const { name, datatype, shape } = tensor;
        return { name, datatype, shape, ...(isRaw ? {} : { contents: toContents(tensor) }) };
      }),
      outputs: [{ name: output.tensor }],
      ...(isRaw ? { raw_input_contents: tensors.map(toRaw) } : {}),
    });
  }

  percentile(score: number): number | undefined {
    const baseline = this.manifest.scoreBaseline;
    return baseline === undefined ? undefined : percentile(score, baseline);
  }

  async close(): Promise<void> {
    this.#remote.close();
  }
}

function atLeisure(): ScoreCall {
  const deadlineMs = performance.now() + leisureMs;
  return { signal: AbortSignal.timeout(leisureMs), deadlineMs, traceparent: undefined };
}
