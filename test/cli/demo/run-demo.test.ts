import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { toEvent, toLabel } from "../../../src/cli/demo/messages.ts";
import type { DemoReport } from "../../../src/cli/demo/report.ts";
import { type DemoOptions, runDemo } from "../../../src/cli/demo/run-demo.ts";
import { timeline } from "../../../src/cli/demo/timeline.ts";
import type { DecideRequest__Output } from "../../../src/server/generated/verdict/v1/DecideRequest.ts";
import { simulate } from "../../../src/simulate/simulate.ts";
import { type FakeEngine, fakeEngine } from "./support/fake-engine.ts";

const options: DemoOptions = { transactions: 2_000, seed: 5, days: 20, decideDays: 3, concurrency: 8, json: true };

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
  readonly engine: FakeEngine;
  readonly stops: number;
}

async function run(
  changes: Partial<DemoOptions>,
  refuse: (request: DecideRequest__Output, engine: FakeEngine) => boolean = () => false,
): Promise<Ran> {
  const engine: FakeEngine = await fakeEngine((request) => refuse(request, engine));
  const [out, err] = [new PassThrough(), new PassThrough()];
  const printed = Promise.all([text(out), text(err)]);
  let stops = 0;
  const code = await runDemo(
    { ...options, ...changes },
    {
      ...{ out, err },
      startEngine: async () => ({
        address: engine.address,
        async stop() {
          stops++;
          engine.stop();
        },
      }),
    },
  );
  out.end();
  err.end();
  const [outText, errText] = await printed;
  return { code, out: outText, err: errText, engine, stops };
}

const decidedIds = ({ engine }: Ran, such: (request: DecideRequest__Output) => boolean): readonly string[] =>
  engine.asked.flatMap((each) => ("decide" in each && such(each.decide) ? [each.decide.request_id] : []));

describe("the demo", () => {
  const simulation = simulate(options);
  const all = [...simulation.transactions];
  const { history, decided } = timeline(all, { ...simulation, decideDays: 3 });

  it("records history, brings labels as they become known, decides the last days once and explains one", async () => {
    const ran = await run({});
    strictEqual(ran.code, 0);
    strictEqual(ran.stops, 1);

    const { asked } = ran.engine;
    const kinds = asked.map((each) => Object.keys(each)[0]!);
    deepStrictEqual(
      kinds.filter((kind, index) => kind !== kinds[index - 1]),
      ["event", "label", "decide", "label", "decide", "label", "decide"],
    );
    const ids = (key: "event" | "label"): readonly string[] =>
      asked.flatMap((each) => (key in each ? [(each as Record<string, { request_id: string }>)[key]!.request_id] : []));
    deepStrictEqual(
      ids("event"),
      history.map(({ requestId }) => requestId),
    );
    deepStrictEqual(
      ids("label"),
      decided.flatMap(({ labels }) => labels.map(({ requestId }) => requestId)),
    );
    deepStrictEqual(
      decidedIds(ran, ({ dry_run }) => !dry_run),
      decided.flatMap(({ transactions }) => transactions.map(({ requestId }) => requestId)),
    );
    strictEqual(decidedIds(ran, ({ dry_run, explain }) => dry_run && !explain).length, 500);

    const report = JSON.parse(ran.out) as DemoReport;
    strictEqual(report.events.accepted, history.length);
    strictEqual(report.decisions, all.length - history.length);
    strictEqual(report.outcomes[0]!.outcome, "decline");
    deepStrictEqual(report.failures, []);
    deepStrictEqual(
      decidedIds(ran, ({ explain }) => explain),
      [report.explained!.transaction.requestId],
    );
  });

  it("sends the event without its truth, and the truth a week later", () => {
    const [first] = all;
    deepStrictEqual(toEvent(first!), {
      request_id: first!.requestId,
      policy: "card-authorization",
      event: {
        customer_id: { stringValue: first!.customerId },
        terminal_id: { stringValue: first!.terminalId },
        amount: { numberValue: first!.amount },
      },
      occurred_at: {
        seconds: Math.floor(first!.occurredAtMs / 1_000),
        nanos: (first!.occurredAtMs % 1_000) * 1_000_000,
      },
    });
    deepStrictEqual(toLabel({ ...first!, fraud: true }), {
      request_id: first!.requestId,
      label: { boolValue: true },
      reported_at: {
        seconds: Math.floor(first!.occurredAtMs / 1_000) + 7 * 86_400,
        nanos: (first!.occurredAtMs % 1_000) * 1_000_000,
      },
    });
  });

  it("prints the report, and progress apart from it", async () => {
    const { out, err } = await run({ json: false });
    ok(out.includes("Verdict demo: policy card-authorization"));
    ok(out.includes("One decision explained"));
    ok(!out.includes("deciding day"));
    for (const step of ["recording history", "reporting labels", "warming up", "deciding day 3 of 3"]) {
      ok(err.includes(`${step}: `), step);
    }
  });

  it("counts a failed call, shows its error and fails", async () => {
    const refused = decided[1]!.transactions[4]!.requestId;
    const { code, out } = await run({}, ({ request_id }) => request_id === refused);
    const report = JSON.parse(out) as DemoReport;
    strictEqual(code, 1);
    strictEqual(report.decisions, all.length - history.length - 1);
    deepStrictEqual(report.failures, [
      { code: "RESOURCE_EXHAUSTED", reason: "", message: "overloaded", violations: [], count: 1 },
    ]);
  });

  it("gives up on an engine that refuses everything, and still reports", async () => {
    const { code, out, engine } = await run({}, () => true);
    const report = JSON.parse(out) as DemoReport;
    strictEqual(code, 1);
    strictEqual(report.decisions, 0);
    ok(report.failures[0]!.count >= 100 && report.failures[0]!.count < 100 + options.concurrency);
    ok(engine.asked.filter((each) => "decide" in each).length < 200);
  });

  it("gives up on an engine that dies, and reports what it had decided", async () => {
    let decisions = 0;
    const { code, out, stops } = await run({}, ({ dry_run }, engine) => {
      if (!dry_run && ++decisions === 50) setImmediate(() => engine.stop());
      return false;
    });
    const report = JSON.parse(out) as DemoReport;
    strictEqual(code, 1);
    strictEqual(stops, 1);
    ok(report.decisions >= 40 && report.decisions < all.length - history.length, String(report.decisions));
    ok(report.failures.every((failure) => ["UNAVAILABLE", "CANCELLED", "INTERNAL"].includes(failure.code)));
    ok(report.failures.length > 0);
  });
});
