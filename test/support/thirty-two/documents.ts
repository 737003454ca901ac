import { copyFile, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CleanUp } from "../clean-up.ts";
import { meanGraph } from "../onnx.ts";
import { keyFrom, type Service, services } from "./layout.ts";

export interface DocumentOptions {
  /** `http://host:port` and `host:port` of the services. */
  readonly url: string;
  readonly address: string;
  readonly deadlineMs: number;
  /** Of each fetch. */
  readonly timeoutMs: number;
}

export interface Documents {
  readonly policiesDir: string;
  readonly modelsDir: string;
}

/** The policies: of the same rules, one waits for all 32 answers, the other no longer than its outcome needs. */
export const policies = { complete: "thirty-two", early: "thirty-two-early" } as const;

/** From this value of the first service on, an order is declined whatever the others say. */
export const declinedFrom = 0.4;
/** From this mean of all values on, an order is reviewed. */
export const reviewedFrom = 0.5;

/** Writes a catalogue of 32 sources, both policies, the proto and a model that gives the mean of all 32 values. */
export async function writeDocuments(clean: CleanUp, options: DocumentOptions): Promise<Documents> {
  const [policiesDir, modelsDir] = [await clean.folder(), await clean.folder()];
  const write = (name: string, json: object) => writeFile(path.join(policiesDir, name), JSON.stringify(json));
  await write("features.json", catalogue(options));
  await write(`${policies.complete}.json`, policy(policies.complete, "complete", options));
  await write(`${policies.early}.json`, policy(policies.early, "early", options));
  await mkdir(path.join(policiesDir, "protos"));
  const proto = fileURLToPath(new URL("lookup.proto", import.meta.url));
  await copyFile(proto, path.join(policiesDir, "protos", "lookup.proto"));
  const folder = path.join(modelsDir, "mean", "1");
  await mkdir(folder, { recursive: true });
  await writeFile(path.join(folder, "model.onnx"), meanGraph(services.length));
  await writeFile(path.join(folder, "manifest.json"), JSON.stringify(manifest));
  return { policiesDir, modelsDir };
}

const keyFeature = (name: string) => `${name}_key`;
const valueFeature = (name: string) => `${name}_value`;

function catalogue(options: DocumentOptions): object {
  const sources = services.map((service) => [service.name, source(service, options)]);
  const features = services.flatMap(({ name }) => [
    [keyFeature(name), { from: name, path: "key", type: "string" }],
    [valueFeature(name), { from: name, path: "value", type: "double" }],
  ]);
  return {
    sources: Object.fromEntries(sources),
    features: {
      order_id: { from: "request", path: "order_id", type: "string", required: true },
      ...Object.fromEntries(features),
    },
  };
}

function source({ name, protocol, after }: Service, { url, address, timeoutMs }: DocumentOptions): object {
  const key = after.length === 0 ? "{order_id}" : keyFrom(after.map((each) => `{${keyFeature(each)}}`));
  return protocol === "http"
    ? { kind: "http", url: `${url}/${name}/${key}`, timeoutMs }
    : {
        kind: "grpc",
        address,
        method: "thirtytwo.v1.Lookup/Get",
        proto: "protos/lookup.proto",
        request: { service: name, key },
        timeoutMs,
      };
}

function policy(id: string, settle: "complete" | "early", { deadlineMs }: DocumentOptions): object {
  return {
    id,
    settle,
    deadlineMs,
    outcomes: ["decline", "review", "approve"],
    default: "approve",
    models: {
      mean_score: {
        model: "mean",
        version: "1",
        bands: [{ gte: reviewedFrom, outcome: "review", reason: "M01" }],
      },
    },
    rules: [
      {
        name: "first-too-high",
        conditions: { all: [{ fact: "a1_value", operator: "greaterThanInclusive", value: declinedFrom }] },
        event: { type: "decline", params: { reason: "R01" } },
      },
    ],
    reasons: { M01: { internal: "The mean is high" }, R01: { internal: "The first value is too high" } },
  };
}

const manifest = {
  name: "mean",
  version: "1",
  format: "onnx",
  opset: { "": 13 },
  tensor: { name: "x", type: "float32" },
  inputs: services.map((service) => ({ name: valueFeature(service.name), type: "double", missing: "refuse" })),
  output: { tensor: "y", index: 0, type: "double" },
};
