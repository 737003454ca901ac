import assert from "node:assert/strict";
import { toFields } from "../../../src/client/value.ts";
import { composeEngine } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config.ts";
import type { Decide } from "../../../src/decide/decide.ts";
import { createMetrics } from "../../../src/observe/metrics/metrics.ts";
import { observed } from "../../../src/observe/observed.ts";
import { startTracing } from "../../../src/observe/tracing.ts";
import { serveFakes } from "../../server/serve-fakes.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { connected } from "../../support/engine.ts";
import { fixtures } from "../../support/fixtures.ts";
import { rootOf } from "../../support/jaeger/check-trace.ts";
import { startDeviceService } from "../../support/jaeger/device-service.ts";
import { startJaeger } from "../../support/jaeger/jaeger.ts";
import { until } from "../../support/until.ts";

/** What is sent, of each so many, and why it is kept. */
const kinds = {
  ordinary: { each: 1, device: "d", amount: 10, reason: undefined },
  declined: { each: 50, device: "d", amount: 5000, reason: "outcome" },
  degraded: { each: 60, device: "broken-", amount: 10, reason: "degraded" },
  slow: { each: 250, device: "slow-", amount: 10, reason: "slow" },
  failed: { each: 200, device: "bug-", amount: 10, reason: "error" },
} as const;
type Kind = keyof typeof kinds;

describe("traces at one in 10,000", () => {
  const clean = cleanUp();

  /** A whole engine, but that deciding fails for devices of that name, under tracing with a cap. */
  async function start(maxPerSecond: number) {
    const jaeger = await startJaeger(clean);
    const { policiesDir } = await startDeviceService(clean);
    const dataDir = await clean.folder();
    const config = loadConfig({ ...fixtures, policiesDir, dataDir, logLevel: "silent" }, {});
    const engine = await composeEngine(config);
    clean.later(() => engine.close());
    const metrics = createMetrics();
    const options = { endpoint: jaeger.otlpEndpoint, keepOneIn: 10_000, maxPerSecond };
    const tracing = startTracing(options, { ...metrics.traces, lost: (spans) => metrics.dropped("spans", spans) });
    clean.later(() => tracing.shutdown());
    const traceIds = new Map<string, string>();
    const faulty: Decide = async (request, call) => {
      traceIds.set(request.requestId, call.trace.traceId);
      if (String(request.event.device_id).startsWith("bug-")) throw new TypeError("a bug");
      return await engine.decide(request, call);
    };
    const { address } = await serveFakes(clean, {
      decide: observed(faulty, { logger: engine.logger, metrics, tracing, timings: undefined }),
    });
    const client = connected(clean, address);
    const decide = async (id: string, kind: Kind) => {
      const { device, amount } = kinds[kind];
      const event = toFields({ device_id: device + id, amount });
      const call = client.decide({ request_id: id, policy: "devices", event });
      await (kind === "failed" ? assert.rejects(call, /internal error/) : call);
      return traceIds.get(id)!;
    };
    return { jaeger, decide, metrics };
  }

  it("are those of all declines, failures, and degraded and slow decisions of a run", async () => {
    const { jaeger, decide, metrics } = await start(1_000);
    const sent: { kind: Kind; traceId: string }[] = [];
    // What is slow is known only once something is known of the usual.
    for (let at = 0; at < 300; at++) await decide(`before-${at}`, "ordinary");
    for (let at = 1; at <= 2_000; at++) {
      const kind = (["slow", "failed", "degraded", "declined"] as const).find((each) => at % kinds[each].each === 0);
      sent.push({ kind: kind ?? "ordinary", traceId: await decide(`r${at}`, kind ?? "ordinary") });
    }
    let ordinary = 0;
    for (const { kind, traceId } of sent) {
      const { reason } = kinds[kind];
      if (reason !== undefined) {
        const root = rootOf(await jaeger.trace(traceId));
        assert.deepEqual([root.attributes["verdict.sampling_reason"], root.failed], [reason, kind === "failed"], kind);
      } else if ((await jaeger.spansOf(traceId)).length > 0) ordinary += 1;
    }
    assert.ok(ordinary < 100, `${ordinary} ordinary ones were kept`);
    assert.doesNotMatch((await metrics.render()).text, /^verdict_traces_dropped_total\{.*\} [1-9]/m);
  });

  it("are up to the cap, and all over it are counted", async () => {
    const { jaeger, decide, metrics } = await start(5);
    const traceIds = await Promise.all(Array.from({ length: 60 }, (_, at) => decide(`r${at}`, "declined")));
    const sample = async (name: string) => {
      const line = (await metrics.render()).text.split("\n").find((each) => each.startsWith(name));
      return line === undefined ? 0 : Number(line.split(" ").at(-1));
    };
    const kept = await sample('verdict_traces_total{reason="outcome"}');
    assert.ok(kept >= 5, `${kept} kept`);
    assert.equal(await sample('verdict_traces_dropped_total{reason="outcome"}'), 60 - kept);
    const stored = async () => {
      const traces = await Promise.all(traceIds.map((traceId) => jaeger.spansOf(traceId)));
      return traces.filter((spans) => spans.length > 0).length;
    };
    await until(async () => (await stored()) === kept);
  });
});
