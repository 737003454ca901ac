import { startChildEngine } from "../../../src/cli/child-engine.ts";
import { connect, type VerdictClient } from "../../../src/client/client.ts";
import { toFields } from "../../../src/client/value.ts";
import { openLoop } from "../../support/open-loop.ts";
import { policies } from "../../support/thirty-two/documents.ts";
import { depth, services } from "../../support/thirty-two/layout.ts";
import { startThirtyTwo, type ThirtyTwo } from "../../support/thirty-two/thirty-two.ts";
import { withCleanUp } from "../clean-up.ts";
import { printTable } from "../print-table.ts";
import { quantile } from "../quantile.ts";
import { type BareClients, openBareClients } from "./bare-clients.ts";
import { criticalPathMs } from "./critical-path.ts";

const takesMs = 100;
const decisions = 200;
const perSecond = 50;
const idealMs = depth * takesMs;

/**
 * How close a decision that needs 32 requests, 4 deep, comes to the longest chain of them: alone, and many at a time; beside
 * the same requests by bare clients. The services are real servers in a process of their own, the engine in another.
 */
export async function benchGraph(): Promise<void> {
  await withCleanUp(async (clean) => {
    const thirtyTwo = await startThirtyTwo(clean, { takesMs });
    const { url, address, documents } = thirtyTwo;
    const engine = await startChildEngine({
      flags: ["--policies", documents.policiesDir, "--models", documents.modelsDir],
    });
    clean.later(() => engine.stop());
    const client = connect(engine.address);
    clean.later(() => client.close());
    await client.waitUntilReady(10_000);
    const bare = openBareClients(clean, url, address);
    const run = runner(thirtyTwo);
    const [complete, early] = [verdict(client, policies.complete), verdict(client, policies.early)];

    const first = await run(1, alone, complete);
    const inTurn = await run(1, alone, bareOne(bare.inTurn));
    const rows = [
      row("bare clients, alone", await run(decisions / 2, alone, bareOne(bare.asGraph))),
      row("verdict, alone", await run(decisions, alone, complete)),
      row("bare clients", await run(2 * decisions, atRate, bareOne(bare.asGraph))),
      row("verdict", await run(2 * decisions, atRate, complete)),
      row("settled early, alone", await run(decisions, alone, early)),
      row("settled early", await run(2 * decisions, atRate, early)),
    ];
    process.stdout.write(
      `graph: ${services.length} requests of ${takesMs} ms, HTTP and gRPC, ${depth} deep, then a model and rules; ms, alone or ${perSecond} a second\n` +
        `  one after the other ${services.length * takesMs}, measured once ${inTurn.wholeMs[0]!.toFixed(0)}; ideal ${idealMs}; the engine's first decision ${first.wholeMs[0]!.toFixed(0)}\n`,
    );
    printTable(head, rows);
  });
}

/** Asks for one order and says in which trace the requests went out, and whether one failed. */
type AskOne = (order: string) => Promise<{ readonly traceId: string; readonly failed: boolean }>;

function verdict(client: VerdictClient, policy: string): AskOne {
  return async (order) => {
    const event = toFields({ order_id: order });
    const { trace_id, sources } = await client.decide({ request_id: order, policy, event });
    return { traceId: trace_id, failed: sources.some(({ status }) => status !== "OK" && status !== "NOT_AWAITED") };
  };
}

function bareOne(ask: BareClients["asGraph"]): AskOne {
  return async (order) => {
    await ask(order, order);
    return { traceId: order, failed: false };
  };
}

type Pace = (count: number, send: () => Promise<void>) => Promise<void>;

const alone: Pace = async (count, send) => {
  for (let sent = 0; sent < count; sent++) await send();
};

const atRate: Pace = async (count, send) => {
  let left = count;
  await new Promise<void>((resolve) => {
    const loop = openLoop({
      perSecond,
      maxInFlight: 2 * perSecond,
      async send() {
        left -= 1;
        if (left >= 0) await send();
        else if (left === -1) void loop.stop().then(resolve);
      },
    });
  });
};

interface Run {
  /** As the caller sees it. */
  readonly wholeMs: readonly number[];
  /** By the services' own clocks. */
  readonly servicesMs: readonly number[];
  readonly requestsEach: number;
  readonly failed: number;
}

function runner(thirtyTwo: ThirtyTwo) {
  let number = 0;
  return async (count: number, pace: Pace, askOne: AskOne): Promise<Run> => {
    const ended: { traceId: string; wholeMs: number; failed: boolean }[] = [];
    await pace(count, async () => {
      number += 1;
      const started = performance.now();
      const one = await askOne(`order${number}`);
      ended.push({ ...one, wholeMs: performance.now() - started });
    });
    const asked = Map.groupBy(await thirtyTwo.asked(), ({ traceId }) => traceId);
    return {
      wholeMs: ended.map(({ wholeMs }) => wholeMs),
      servicesMs: ended.map(({ traceId }) => criticalPathMs(asked.get(traceId) ?? [])),
      requestsEach: ended.reduce((sum, { traceId }) => sum + (asked.get(traceId)?.length ?? 0), 0) / ended.length,
      failed: ended.filter(({ failed }) => failed).length,
    };
  };
}

/** "Services": the longest chain by the services' own clocks; "over": what the whole took beyond it. */
const head = [
  "",
  "runs",
  "p50",
  "p99",
  "/ideal",
  "p99/ideal",
  "services",
  "over p50",
  "over p99",
  "requests",
  "failed",
];

function row(name: string, { wholeMs, servicesMs, requestsEach, failed }: Run): readonly string[] {
  const over = wholeMs.map((whole, at) => whole - servicesMs[at]!);
  const ms = (value: number) => value.toFixed(1);
  const [p50, p99] = [quantile(wholeMs, 0.5), quantile(wholeMs, 0.99)];
  return [
    name,
    String(wholeMs.length),
    ms(p50),
    ms(p99),
    (p50 / idealMs).toFixed(3),
    (p99 / idealMs).toFixed(3),
    ms(quantile(servicesMs, 0.5)),
    ms(quantile(over, 0.5)),
    ms(quantile(over, 0.99)),
    requestsEach.toFixed(1),
    String(failed),
  ];
}
