import { spawn } from "node:child_process";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CleanUp } from "../clean-up.ts";
import { freePort } from "../faults/free-port.ts";
import { runProcess } from "../faults/process.ts";
import { findJaeger } from "./find.ts";
import { type JaegerSpan, type OtlpJson, spansIn } from "./jaeger-span.ts";

export interface Jaeger {
  /** Takes OTLP over http. */
  readonly otlpEndpoint: string;
  /** Its HTTP API. */
  readonly api: string;
  /** All spans of a trace, as far as they have come; empty if there is none. */
  spansOf(traceId: string): Promise<readonly JaegerSpan[]>;
  /** The same once its root has come: spans of a trace come together. */
  trace(traceId: string): Promise<readonly JaegerSpan[]>;
}

/** A real Jaeger, in memory, on free ports. @throws if `make jaeger` found none. */
export async function startJaeger(clean: CleanUp): Promise<Jaeger> {
  const program = findJaeger();
  if (program === undefined) throw new Error("there is no Jaeger: run these tests with make test-jaeger");
  const [otlp, query, grpc] = [await freePort(), await freePort(), await freePort()];
  const file = path.join(await clean.folder(), "jaeger.json");
  await writeFile(file, JSON.stringify(configOf({ otlp, query, grpc })));
  const api = `http://127.0.0.1:${query}/api`;
  await runProcess(clean, "jaeger", () => ({
    child: spawn(program, ["--config", file], { stdio: ["ignore", "pipe", "pipe"] }),
    ready: (ended) => answers(`${api}/v3/services`, ended),
  }));
  const spansOf = async (traceId: string) => {
    const response = await fetch(`${api}/v3/traces/${traceId}`);
    if (response.status === 404) return [];
    if (!response.ok) throw new Error(`Jaeger answered ${response.status}: ${await response.text()}`);
    return spansIn(((await response.json()) as { result: OtlpJson }).result);
  };
  return {
    otlpEndpoint: `http://127.0.0.1:${otlp}`,
    api,
    spansOf,
    async trace(traceId) {
      for (;;) {
        const spans = await spansOf(traceId);
        if (spans.some(({ kind, service }) => kind === "SERVER" && service === "verdict")) return spans;
        await sleep(50);
      }
    },
  };
}

async function answers(url: string, ended: AbortSignal): Promise<void> {
  while (!ended.aborted) {
    const response = await fetch(url).catch(() => undefined);
    if (response?.ok) return;
    await sleep(50);
  }
  throw new Error(`${url} never answered`);
}

function configOf({ otlp, query, grpc }: Readonly<Record<"otlp" | "query" | "grpc", number>>): object {
  const at = (port: number) => ({ endpoint: `127.0.0.1:${port}` });
  return {
    service: {
      extensions: ["jaeger_storage", "jaeger_query"],
      pipelines: { traces: { receivers: ["otlp"], exporters: ["jaeger_storage_exporter"] } },
      telemetry: { metrics: { level: "none" }, logs: { level: "error" } },
    },
    extensions: {
      jaeger_storage: { backends: { memory: { memory: { max_traces: 100_000 } } } },
      jaeger_query: { storage: { traces: "memory" }, http: at(query), grpc: at(grpc) },
    },
    receivers: { otlp: { protocols: { http: at(otlp) } } },
    exporters: { jaeger_storage_exporter: { trace_storage: "memory" } },
  };
}
