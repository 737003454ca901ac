import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { type ConfigFlags, loadConfig } from "../src/config.ts";
import { DocumentError, type Problem } from "../src/documents/problem.ts";
import { cleanUp } from "./support/clean-up.ts";

const home = path.resolve(import.meta.dirname, "..");

describe("the configuration", () => {
  const clean = cleanUp();
  let file: string;
  beforeEach(async () => {
    file = path.join(await clean.folder(), "settings.json");
  });

  const write = (content: object | string) =>
    writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  const load = (environment: Record<string, string> = {}, flags: ConfigFlags = {}) =>
    loadConfig(flags, { VERDICT_CONFIG: file, ...environment });

  function problemsOf(run: () => unknown): Pick<Problem, "file" | "line" | "column" | "path">[] {
    try {
      run();
    } catch (error) {
      assert.ok(error instanceof DocumentError, String(error));
      for (const { message, fix } of error.problems) assert.ok(message !== "" && fix !== "");
      return error.problems.map(({ file, line, column, path }) => ({ file, line, column, path }));
    }
    assert.fail("it was accepted");
  }

  it("has a default for everything, traces and timings apart", async () => {
    await write({});
    const { variables: _, ...config } = load();
    assert.deepEqual(config, {
      grpcAddress: "127.0.0.1:50051",
      httpAddress: "127.0.0.1:8080",
      dataDir: path.join(home, "data"),
      policiesDir: path.join(home, "policies"),
      modelsDir: path.join(home, "models"),
      logLevel: "info",
      traceOneIn: 1,
      traceMaxPerSecond: 200,
      maxInFlight: 1000,
      reloadMs: 500,
      drainMs: 10_000,
      evaluator: "compiled",
      aggregates: "embedded",
      aggregatesConnection: "redis://127.0.0.1:6379",
    });
    assert.ok(Object.isFrozen(load()));
  });

  it("takes a flag before the environment, and that before the file", async () => {
    await write({ $schema: "x", dataDir: "file", policiesDir: "file", modelsDir: "file", maxInFlight: 5 });
    const environment = { VERDICT_POLICIES_DIR: "environment", VERDICT_MODELS_DIR: "environment" };
    const { dataDir, policiesDir, modelsDir, maxInFlight } = load(environment, {
      modelsDir: "flag",
      maxInFlight: undefined,
    });
    assert.deepEqual([dataDir, policiesDir, modelsDir, maxInFlight], ["file", "environment", "flag", 5]);
  });

  it("reads every setting from the environment, and takes an empty one as not set", async () => {
    await write({ drainMs: 7 });
    const { variables, ...config } = load({
      VERDICT_GRPC_ADDRESS: "0.0.0.0:1",
      VERDICT_HTTP_ADDRESS: "0.0.0.0:2",
      VERDICT_DATA_DIR: "d",
      VERDICT_POLICIES_DIR: "p",
      VERDICT_MODELS_DIR: "m",
      VERDICT_LOG_LEVEL: "debug",
      OTEL_EXPORTER_OTLP_ENDPOINT: "http://collector:4318",
      VERDICT_TRACE_ONE_IN: "100",
      VERDICT_TRACE_MAX_PER_SECOND: "5",
      VERDICT_TIMINGS_FILE: "t",
      VERDICT_MAX_IN_FLIGHT: "50",
      VERDICT_RELOAD_MS: "60",
      VERDICT_EVALUATOR: "reference",
      VERDICT_AGGREGATES: "redis",
      VERDICT_AGGREGATES_CONNECTION: "rediss://r",
      VERDICT_DRAIN_MS: "",
    });
    assert.equal(variables.VERDICT_DATA_DIR, "d");
    assert.deepEqual(config, {
      grpcAddress: "0.0.0.0:1",
      httpAddress: "0.0.0.0:2",
      dataDir: "d",
      policiesDir: "p",
      modelsDir: "m",
      logLevel: "debug",
      otlpEndpoint: "http://collector:4318",
      traceOneIn: 100,
      traceMaxPerSecond: 5,
      timingsFile: "t",
      maxInFlight: 50,
      reloadMs: 60,
      drainMs: 7,
      evaluator: "reference",
      aggregates: "redis",
      aggregatesConnection: "rediss://r",
    });
  });

  it("names every wrong value at once, each with where it was set", async () => {
    await write('{\n  "maxInFlight": 0,\n  "grcpAddress": "127.0.0.1:1"\n}');
    const environment = {
      VERDICT_TRACE_ONE_IN: "1.5",
      VERDICT_HTTP_ADDRESS: "8080",
      OTEL_EXPORTER_OTLP_ENDPOINT: "collector",
    };
    const flags = { logLevel: "loud", grpcAddress: "localhost" } as unknown as ConfigFlags;
    const place = (where: string, name: string) => ({ file: where, line: 0, column: 0, path: name });
    const byPath = (a: { path: string }, b: { path: string }) => (a.path < b.path ? -1 : 1);
    assert.deepEqual(
      problemsOf(() => load(environment, flags)).sort(byPath),
      [
        { file, line: 2, column: 3, path: "$.maxInFlight" },
        { file, line: 3, column: 3, path: "$.grcpAddress" },
        place("the environment", "VERDICT_TRACE_ONE_IN"),
        place("the environment", "VERDICT_HTTP_ADDRESS"),
        place("the environment", "OTEL_EXPORTER_OTLP_ENDPOINT"),
        place("the command line", "--log-level"),
        place("the command line", "--grpc"),
      ].sort(byPath),
    );
  });

  it("takes the servers of aggregates as catalogue sources name theirs, from the environment as JSON", async () => {
    const sentinels = { sentinels: ["${SENTINELS}"], name: "main", password: "${REDIS_PASSWORD}" };
    const cluster = { nodes: ["redis-1:6379", "redis-2:6379"] };
    await write({ aggregatesConnection: sentinels });
    assert.deepEqual(load().aggregatesConnection, sentinels);
    const connectionFrom = (text: string) => load({ VERDICT_AGGREGATES_CONNECTION: text }).aggregatesConnection;
    assert.deepEqual(connectionFrom(JSON.stringify(cluster)), cluster);
    assert.equal(connectionFrom("redis://r"), "redis://r");
    const at = (text: string) =>
      problemsOf(() => connectionFrom(text)).map(({ file, path: name }) => `${file}: ${name}`);
    assert.deepEqual(at("{nodes"), ["the environment: VERDICT_AGGREGATES_CONNECTION"]);
    assert.deepEqual(at('{"nodes": []}'), ["the environment: VERDICT_AGGREGATES_CONNECTION.nodes"]);
    assert.deepEqual(at('{"nodes": "redis-1"}'), ["the environment: VERDICT_AGGREGATES_CONNECTION.nodes"]);
  });

  it("needs a file that it was told of, and none that it was not", () => {
    assert.deepEqual(
      problemsOf(() => load()),
      [{ file, line: 0, column: 0, path: "$" }],
    );
    assert.equal(loadConfig({}, {}).logLevel, "info");
  });

  it("shows where the file is no JSON", async () => {
    await write("{\n  dataDir: 1\n}");
    assert.deepEqual(problemsOf(() => load())[0], { file, line: 2, column: 3, path: "$" });
  });
});
