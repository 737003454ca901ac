import { cp, mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { protosDir } from "../../sources/grpc/support.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import type { SlowServers } from "./slow-servers.ts";

/** All fails too often here for a breaker to stay closed, and what is not asked is not given up. */
const breaker = { failures: 1, window: 1000 };
const usual = { timeoutMs: 25, breaker, maxInFlight: 1000 };

/** Every kind of remote source, each with a different part of what is done about slow answers. */
export async function writeAbandonedDocuments(clean: CleanUp, { http, grpc, redis, model }: SlowServers) {
  const [policiesDir, modelsDir] = [await clean.folder(), await clean.folder()];
  const overHttp = { kind: "http", url: `http://${http}/{person}`, ...usual };
  const overGrpc = {
    kind: "grpc",
    address: grpc,
    proto: "protos/issuer.proto",
    method: "issuer.v1.Cards/Get",
    request: { card_id: "{person}" },
    ...usual,
  };
  const overRedis = { kind: "redis", connection: `redis://${redis}`, layout: "hash", key: "{person}", ...usual };
  const sources = {
    http_plain: overHttp,
    http_patient: { ...overHttp, timeoutMs: 1000, hedge: true, retries: 2 },
    http_cached: { ...overHttp, url: `http://${http}/{segment}`, cacheMs: 15, cache: { staleMs: 500, negativeMs: 10 } },
    http_crowded: { ...overHttp, maxInFlight: 4, queue: 2, connections: 2 },
    http_breaking: { ...overHttp, breaker: { failures: 0.3, window: 10, openMs: 20 } },
    grpc_plain: overGrpc,
    grpc_patient: { ...overGrpc, timeoutMs: 1000, hedge: true, retries: 2 },
    grpc_crowded: { ...overGrpc, maxInFlight: 4, queue: 2 },
    redis_plain: overRedis,
    redis_patient: { ...overRedis, timeoutMs: 1000, hedge: true, retries: 1 },
  };
  const feature = (name: string) =>
    name.startsWith("redis") ? { type: "integer", path: "n" } : { type: "double", path: "risk" };
  const catalogue = {
    sources,
    lists: { vips: { kind: "redis", connection: `redis://${redis}`, key: "vips", ...usual } },
    features: {
      person: { from: "request", path: "person", type: "string", required: true },
      segment: { from: "request", path: "segment", type: "string", required: true },
      amount: { from: "request", path: "amount", type: "double", required: true },
      ...Object.fromEntries(Object.keys(sources).map((name) => [`${name}_risk`, { from: name, ...feature(name) }])),
    },
  };
  const rule = (fact: string, operator: string, value: unknown) => ({
    name: `${fact}-${operator}`.replaceAll("_", "-").toLowerCase(),
    conditions: { all: [{ fact, operator, value }] },
    event: { type: "decline" },
  });
  const policy = (id: string, deadlineMs: number, settle: string, from: number) => ({
    id,
    settle,
    deadlineMs,
    outcomes: ["decline", "approve"],
    default: "approve",
    models: {
      score: {
        model: "slow",
        version: "1",
        onMissing: { outcome: "approve" },
        bands: [{ gte: from, outcome: "decline" }],
      },
    },
    rules: [
      ...Object.keys(sources).map((name) => rule(`${name}_risk`, "greaterThan", from)),
      rule("person", "inList", "vips"),
    ],
  });
  const write = (folder: string, name: string, document: object) =>
    writeFile(path.join(folder, name), JSON.stringify(document));
  await cp(protosDir, path.join(policiesDir, "protos"), { recursive: true });
  await write(policiesDir, "features.json", catalogue);
  // The first source that says more ends the decision.
  await write(policiesDir, "early.json", policy("early", 70, "early", 0.3));
  await write(policiesDir, "short.json", policy("short", 20, "complete", 2));
  await write(policiesDir, "patient.json", policy("patient", 70, "complete", 2));
  const folder = path.join(modelsDir, "slow", "1");
  await mkdir(folder, { recursive: true });
  await write(folder, "manifest.json", {
    name: "slow",
    version: "1",
    runtime: { kind: "open-inference", address: model, model: "slow" },
    inputs: [{ name: "amount", type: "double", missing: "refuse" }],
    output: { tensor: "score", index: 0, type: "double" },
  });
  return { policiesDir, modelsDir, sourceNames: Object.keys(sources) };
}
