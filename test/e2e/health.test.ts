import assert from "node:assert/strict";
import { cleanUp } from "../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../support/engine.ts";
import { checkHealth } from "../support/health.ts";
import { reflection } from "../support/reflection.ts";

const services = ["verdict.v1.DecisionService", "verdict.v1.FeedbackService"];

describe("health and reflection", () => {
  const clean = cleanUp();
  let engine: RunningEngine;
  beforeEach(async () => {
    engine = await startEngine(clean);
  });

  it("tells the health of the engine and of each service, and NOT_FOUND of any other", async () => {
    for (const name of ["", ...services]) assert.equal(await checkHealth(clean, engine.grpcAddress, name), "SERVING");
    assert.equal(await checkHealth(clean, engine.grpcAddress, "verdict.v1.NoService"), 5);
  });

  it("is alive and ready over HTTP, and tells nothing else", async () => {
    const get = async (path: string, method = "GET") => {
      const response = await fetch(`http://${engine.httpAddress}${path}`, { method });
      return [response.status, await response.text()];
    };
    assert.deepEqual(await get("/healthz"), [200, "ok\n"]);
    assert.deepEqual(await get("/readyz?probe=1"), [200, "ready\n"]);
    assert.deepEqual(await get("/"), [404, "known: /healthz, /readyz, /status, /metrics\n"]);
    assert.deepEqual(await get("/healthz", "POST"), [405, "only GET\n"]);
    const metrics = await fetch(`http://${engine.httpAddress}/metrics`);
    assert.match(metrics.headers.get("content-type") ?? "", /^text\/plain; version=/);
    assert.match(await metrics.text(), /^# TYPE verdict_decisions_total counter$/m);
  });

  it("lists the public services to whoever asks, and none of the error details", async () => {
    const names = await reflection(clean, engine.grpcAddress).services();
    assert.deepEqual(names.filter((name) => !name.startsWith("grpc.")).sort(), services);
  });

  it("describes Decide, and no call that does not exist", async () => {
    const described = await reflection(clean, engine.grpcAddress).methods("verdict.v1.DecisionService");
    assert.deepEqual(described, ["Decide"]);
  });
});
