import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { CleanUp } from "../clean-up.ts";
import { protosDir } from "./protos.ts";

/** Within this the engine is to answer, whatever its sources do. */
export const deadlineMs = 250;
/** Of sources whose own timeout is what ends a fetch; the others' are over the deadline. */
const timeoutMs = 100;

/** `host:port` of each server. */
export interface Addresses {
  readonly redis: string;
  readonly list: string;
  readonly http: string;
  readonly grpc: string;
  readonly model: string;
}

export interface Documents {
  readonly policiesDir: string;
  readonly modelsDir: string;
}

/** One policy, `stage`, that waits for a feature of every kind of source. */
export async function writeStageDocuments(clean: CleanUp, at: Addresses): Promise<Documents> {
  const [policiesDir, modelsDir] = [await clean.folder(), await clean.folder()];
  const write = (folder: string, name: string, document: object) =>
    writeFile(path.join(folder, name), JSON.stringify(document));
  await cp(protosDir, path.join(policiesDir, "protos"), { recursive: true });
  await write(policiesDir, "features.json", catalogue(at));
  await write(policiesDir, "stage.json", policy);
  const model = path.join(modelsDir, "amounts", "1");
  await mkdir(model, { recursive: true });
  await write(model, "manifest.json", manifest(at));
  return { policiesDir, modelsDir };
}

const catalogue = ({ redis, list, http, grpc }: Addresses) => ({
  sources: {
    store: { kind: "redis", connection: `redis://${redis}`, layout: "hash", key: "person:{person}", timeoutMs },
    device: { kind: "http", url: `http://${http}/{person}`, timeoutMs: 1000 },
    issuer: {
      kind: "grpc",
      address: grpc,
      proto: "protos/risk.proto",
      method: "stage.v1.Risks/Get",
      request: { person: "{person}" },
      timeoutMs: 1000,
    },
    table: { kind: "table", key: ["person"] },
    spend: { kind: "aggregate", key: ["person"], value: "amount", retain: "1d", timeoutMs },
  },
  lists: { vips: { kind: "redis", connection: `redis://${list}`, key: "vips", timeoutMs } },
  features: {
    person: { from: "request", path: "person", type: "string", required: true },
    amount: { from: "request", path: "amount", type: "double", required: true },
    store_number: { from: "store", path: "number", type: "integer" },
    device_risk: { from: "device", path: "risk", type: "double" },
    issuer_risk: { from: "issuer", path: "risk", type: "double" },
    table_number: { from: "table", path: "number", type: "integer" },
    spend_count: { from: "spend", aggregate: "count", window: "1d" },
  },
});

/** A rule over each feature; `settle` is complete, so that every decision asks all. */
const policy = {
  id: "stage",
  settle: "complete",
  deadlineMs,
  outcomes: ["review", "approve"],
  default: "approve",
  models: {
    score: {
      model: "amounts",
      version: "1",
      onMissing: { outcome: "approve" },
      bands: [{ gte: 1, outcome: "review" }],
    },
  },
  rules: [
    ...["store_number", "device_risk", "issuer_risk", "table_number", "spend_count"].map((fact) => ({
      name: fact.replaceAll("_", "-"),
      conditions: { all: [{ fact, operator: "greaterThan", value: 1_000_000 }] },
      event: { type: "review" },
    })),
    {
      name: "vip",
      conditions: { all: [{ fact: "person", operator: "inList", value: "vips" }] },
      event: { type: "review" },
    },
  ],
};

const manifest = ({ model }: Addresses) => ({
  name: "amounts",
  version: "1",
  runtime: { kind: "open-inference", address: model, model: "amounts" },
  inputs: [{ name: "amount", type: "double", missing: "refuse" }],
  output: { tensor: "score", index: 0, type: "double" },
});
