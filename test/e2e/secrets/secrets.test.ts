import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { inspect } from "node:util";
import type { VerdictClient } from "../../../src/client/client.ts";
import { toValue } from "../../../src/client/value.ts";
import { composeEngine } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startCollector } from "../../support/collector.ts";
import { connected } from "../../support/engine.ts";
import { payment } from "../../support/fixtures.ts";
import { statusOf } from "../../support/status.ts";
import { until } from "../../support/until.ts";
import { listFile, sources, writeDocuments } from "./documents.ts";
import { startWatched } from "./engine.ts";
import { assertUnmarked, marked, markedNumber } from "./marks.ts";
import { startServices } from "./services.ts";

const event = {
  customer_id: marked("customer"),
  amount: markedNumber,
  [marked("attribute")]: marked("value"),
  terminal: { id: marked("terminal") },
};
const annotations = { [marked("annotation")]: marked("noted") };
const metadata = {
  traceparent: "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01",
  // What a caller's tracing hands on to all tracing: it is in traces by design.
  tracestate: "vendor=x",
  baggage: `user=${marked("baggage")}`,
  authorization: `Bearer ${marked("bearer")}`,
};

/** Everything that reaches a caller, of an answer or of an error. */
async function toldBy(call: Promise<unknown>): Promise<string> {
  return await call.then(
    (answer) => JSON.stringify(answer),
    (error: Error) => JSON.stringify({ ...error, message: error.message, cause: undefined }),
  );
}

/** Sends what is good, bad and late. @returns what came back that no value of the event may be in. */
async function talk(client: VerdictClient): Promise<string> {
  const good = { ...payment(marked("request"), event), annotations };
  for (const explain of [false, true]) await client.decide({ ...good, explain }, { metadata });
  await client.decide({ ...payment("gone", event) }, { metadata, deadlineMs: 1 }).catch(() => {});
  await client.decide({ ...good, policy: marked("policy") }).catch(() => {});
  const bad = [
    { ...event, customer_id: 7 },
    { ...event, customer_id: marked("long").repeat(20) },
    { ...event, amount: marked("amount") },
    { ...event, customer_id: null },
  ];
  const told = [
    ...bad.map((each) => client.decide(payment("r", each))),
    client.decide(payment(marked("x").repeat(30), event)),
    client.recordEvents([payment("f", event), ...bad.map((each) => payment("g", each))]),
    client.recordEvents(bad.map((each) => payment("g", each))),
    client.reportLabels([{ request_id: "f", label: toValue(marked("label")) }]),
    client.reportLabels([{ request_id: "f", label: toValue({ deep: marked("label") }) }]),
  ];
  return (await Promise.all(told.map(toldBy))).join("\n");
}

describe("secrets and personal data", function () {
  this.timeout(60_000);
  const clean = cleanUp();

  it("are in no log at any level, trace, metric, status or error of an engine whose sources fail in every way", async () => {
    const root = await clean.folder();
    await writeDocuments(root);
    const { endpoint, exports } = await startCollector(clean);
    const services = await startServices(clean);
    const folders = ["data", "policies", "models"].flatMap((name) => [`--${name}`, path.join(root, name)]);
    await loadTable({
      dataDir: path.join(root, "data"),
      name: "loaded",
      file: path.join(root, "loaded.csv"),
      key: ["id"],
    });
    const engine = await startWatched(clean, [...folders, "--log-level", "trace"], {
      ...services,
      OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
      VERDICT_AGGREGATES: "redis",
      VERDICT_AGGREGATES_CONNECTION: services.REDIS_OPEN!,
      VERDICT_RELOAD_MS: "50",
    });
    const get = async (what: string, accept = "*/*") =>
      (await fetch(`http://${engine.httpAddress}${what}`, { headers: { accept } })).text();

    const answered = await talk(connected(clean, engine.grpcAddress));
    await writeFile(listFile(root), `${marked("entry")}\t${marked("time")}\n\t${marked("entry")}\n`.repeat(20));
    await until(async () => JSON.stringify(await statusOf(engine.httpAddress)).includes("is not a time"));
    await until(() => exports.some(({ bytes }) => bytes.includes("source refuses")));
    const told = await Promise.all([
      get("/metrics"),
      get("/metrics", "application/openmetrics-text"),
      get("/status"),
      get(`/${marked("path")}`),
    ]);
    assert.equal(await engine.stop(), 0);

    const log = engine.written();
    for (const source of Object.keys(sources).filter((name) => name !== "loaded"))
      assert.ok(log.includes(`"${source}"`), `the log says nothing of ${source}:\n${log}`);
    for (const said of ['"record"', '"remote_score"', '"decided"', '"blocked"'])
      assert.ok(log.includes(said), `the log says nothing of ${said}`);
    assertUnmarked("the log", log);
    for (const reason of ["BAD_EVENT", "BAD_REQUEST", "INTERNAL"])
      assert.ok(answered.includes(`"${reason}"`), answered);
    assertUnmarked("an error", answered);
    for (const text of told) assertUnmarked("an answer over HTTP", text);
    for (const { bytes } of exports) assertUnmarked("a trace", bytes);
  });

  const unusable: readonly (readonly [variable: string, value: string, said: RegExp])[] = [
    ["HTTP_URL", marked("no URL"), /is no URL/],
    ["HTTP_URL", `ftp://user:${marked("password")}@host`, /must begin with http/],
    ["REDIS_OPEN", `redis://user:${marked("password")}@host:port`, /is no Redis URL/],
    ["REDIS_OPEN", marked("no URL"), /is no Redis URL/],
    ["VERDICT_AGGREGATES_CONNECTION", `redis://user:${marked("password")}@host:port`, /is no Redis URL/],
    ["VERDICT_AGGREGATES_CONNECTION", marked("no URL"), /is no Redis URL/],
    ["VERDICT_AGGREGATES_CONNECTION", `{"nodes": "${marked("no list")}"}`, /must be a list, but is a text/],
    ["VERDICT_AGGREGATES_CONNECTION", `{"password": ${marked("no JSON")}`, /is no JSON/],
    ["OTEL_EXPORTER_OTLP_ENDPOINT", `user:${marked("password")}@host`, /it has not the right form/],
  ];
  for (const [variable, value, said] of unusable) {
    it(`are not in what is said of ${variable} when it is ${JSON.stringify(value)}`, async () => {
      const root = await clean.folder();
      await writeDocuments(root);
      const good = { HTTP_URL: "http://h", HTTP_TOKEN: "t", DEAD_URL: "http://h", GRPC_ADDRESS: "127.0.0.1:1" };
      const redis = { REDIS_OPEN: "redis://h", REDIS_SHUT: "redis://h", REDIS_DEAD: "redis://h" };
      const environment = {
        ...good,
        ...redis,
        MODEL_ADDRESS: "127.0.0.1:1",
        BAD_TOKEN: "t",
        BAD_ADDRESS: "127.0.0.1:1",
        VERDICT_AGGREGATES: "redis",
        [variable]: value,
      };
      const start = async () => {
        const folders = {
          policiesDir: path.join(root, "policies"),
          modelsDir: path.join(root, "models"),
          dataDir: path.join(root, "data"),
        };
        const engine = await composeEngine(loadConfig({ ...folders, logLevel: "silent" }, environment));
        await engine.close();
      };
      await assert.rejects(start(), (error) => {
        assert.match(`${error}`, said);
        assertUnmarked("the error", inspect(error));
        return true;
      });
    });
  }
});
