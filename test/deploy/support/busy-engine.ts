import { mkdir, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { CleanUp } from "../../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../../support/engine.ts";
import { payment } from "../../support/fixtures.ts";
import { identityGraph } from "../../support/onnx.ts";

const http = (part: string, more: object) => ({ kind: "http", url: `\${SERVICES_URL}/${part}/{customer_id}`, ...more });

const catalogue = {
  sources: {
    devices: http("good", { cacheMs: 60_000 }),
    broken: http("broken", { breaker: { window: 2 } }),
    slow: http("silent", { timeoutMs: 30, maxInFlight: 1, queue: 1, breaker: { window: 1_000 } }),
    spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "1d" },
  },
  features: {
    customer_id: { from: "request", path: "customer_id", type: "string" },
    amount: { from: "request", path: "amount", type: "double" },
    device_score: { from: "devices", path: "score", type: "double" },
    broken_score: { from: "broken", path: "score", type: "double" },
    slow_score: { from: "slow", path: "score", type: "double" },
    spend_1d: { from: "spend", aggregate: "sum", window: "1d" },
  },
};

const over = (fact: string, value: number) => ({ all: [{ fact, operator: "greaterThan", value }] });
const rule = (name: string, conditions: object, type: string, more = {}) => ({
  name,
  conditions,
  event: { type, params: {} },
  ...more,
});

const policy = {
  id: "payments",
  settle: "complete",
  deadlineMs: 2_000,
  outcomes: ["decline", "review", "approve"],
  default: "approve",
  gate: { conditions: over("amount", 1), otherwise: { outcome: "approve", reason: "G01" } },
  models: {
    echoed: { model: "echo", version: "1", onMissing: { outcome: "review", reason: "S01" } },
    unscored: { model: "echo-broken", version: "1", onMissing: { outcome: "review", reason: "S01" } },
  },
  rules: [
    rule("listed", { all: [{ fact: "customer_id", operator: "inList", value: "blocked" }] }, "decline"),
    rule("much", over("amount", 50), "review"),
    rule("much-today", over("spend_1d", 50), "review"),
    rule("broken", over("broken_score", 1), "review"),
    rule("slow", over("slow_score", 1), "review"),
    rule("shadowed", over("amount", 5), "decline", { mode: "shadow" }),
  ],
  reasons: { G01: { internal: "Nothing to lose" }, S01: { internal: "No score" } },
};

const manifest = (name: string, input: string) => ({
  name,
  version: "1",
  format: "onnx",
  opset: { "": 13 },
  tensor: { name: "x", type: "float32" },
  inputs: [{ name: input, type: "double", missing: "refuse" }],
  output: { tensor: "y", index: 0, type: "double" },
});

/** Where nobody listens. */
const nobody = "http://127.0.0.1:1";

/** Services over HTTP: `/good` answers, `/broken` fails, `/silent` never answers. */
async function startServices(clean: CleanUp): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url?.startsWith("/silent")) return;
    const code = request.url?.startsWith("/good") ? 200 : 500;
    response.writeHead(code, { "content-type": "application/json" }).end('{"score": 0.25}');
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clean.later(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** An engine that has met everything it has a metric for: outcomes, failures, refused documents and calls. */
export async function startBusyEngine(clean: CleanUp): Promise<RunningEngine> {
  const root = await clean.folder();
  const write = async (name: string, content: object | string | Buffer) => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    const isText = typeof content === "string" || Buffer.isBuffer(content);
    await writeFile(file, isText ? content : JSON.stringify(content));
  };
  await write("policies/features.json", catalogue);
  await write("policies/payments.json", policy);
  await write("policies/lists/blocked.txt", "mallory\n");
  for (const [name, input] of [
    ["echo", "device_score"],
    ["echo-broken", "broken_score"],
  ] as const) {
    await write(`models/${name}/1/manifest.json`, manifest(name, input));
    await write(`models/${name}/1/model.onnx`, identityGraph(1));
  }
  const engine = await startEngine(
    clean,
    {
      policiesDir: path.join(root, "policies"),
      modelsDir: path.join(root, "models"),
      reloadMs: 60_000,
      maxInFlight: 20,
      otlpEndpoint: nobody,
      // No event can be counted.
      aggregates: "redis",
      aggregatesConnection: nobody.replace("http", "redis"),
    },
    { SERVICES_URL: await startServices(clean) },
  );
  const { client } = engine;
  const decide = (id: string, event = {}) => client.decide(payment(id, { unused: 1, ...event }));
  await decide("first", { amount: 60 });
  await decide("gated", { amount: 0 });
  await decide("listed", { customer_id: "mallory" });
  await decide("again");
  await Promise.all(Array.from({ length: 4 }, (_, at) => decide(`at once ${at}`, { customer_id: `c${at}` })));
  await Promise.allSettled(Array.from({ length: 60 }, (_, at) => decide(`too many ${at}`, { customer_id: `d${at}` })));
  await Promise.allSettled([client.decide({ ...payment("unknown"), policy: "made_up" }), client.decide(payment(""))]);
  await write("policies/payments.json", "{");
  await engine.engine.bundles.refresh();
  await write("policies/lists/blocked.txt", "mallory\ttomorrow\n");
  await engine.engine.lists.refresh();
  // Our sources stop when they are told to; those that cannot answer late.
  engine.engine.metrics.lateAnswer("devices");
  collectGarbage();
  return engine;
}

/** So that there has been one, however little was done. */
function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
