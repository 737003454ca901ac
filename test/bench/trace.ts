import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type ChildEngine, startChildEngine } from "../../src/cli/child-engine.ts";
import { connect, type VerdictClient } from "../../src/client/client.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { withEnvironment } from "../support/environment.ts";
import { cardRequests, decideAll, processorUs, takeFrom } from "./cards.ts";
import { printTable } from "./print-table.ts";
import { quantile } from "./quantile.ts";
import { inTurn, median } from "./rounds.ts";

const calls = 2000;
const rounds = 9;
const warmUp = 8000;

interface Traced {
  readonly name: string;
  readonly engine: ChildEngine;
  readonly client: VerdictClient;
  /** Of each round. */
  readonly p99Ms: number[];
  readonly memoryMb: number[];
}

/**
 * What tracing costs an engine: processor time of a decision with tracing off (twice, for the noise), with one in 100 kept and with all kept (no
 * cap), to a collector that takes everything; and what becomes of the p99 and of memory when the collector never answers.
 */
export async function benchTrace(): Promise<void> {
  const collector = await startCollector((answer) => answer());
  const dead = await startCollector(() => {});
  const tracing = (endpoint: string, oneIn: number, maxPerSecond = 100_000) => ({
    OTEL_EXPORTER_OTLP_ENDPOINT: endpoint,
    VERDICT_TRACE_ONE_IN: String(oneIn),
    VERDICT_TRACE_MAX_PER_SECOND: String(maxPerSecond),
  });
  const requests = cardRequests(2 * (warmUp + rounds * calls));
  const sides: Readonly<Record<string, Traced>> = {
    off: await start("off", { OTEL_EXPORTER_OTLP_ENDPOINT: "" }),
    // How much two processes differ that do the same.
    again: await start("off, another process", { OTEL_EXPORTER_OTLP_ENDPOINT: "" }),
    // The cap is what keeps it at 1 %: rules keep some, whatever one in so many says.
    few: await start("keep 1 %", tracing(collector.endpoint, 100, 10)),
    all: await start("keep all", tracing(collector.endpoint, 1)),
    dead: await start("keep all, dead collector", tracing(dead.endpoint, 1)),
  };
  const measures: Record<string, () => Promise<number>> = {};
  for (const [key, side] of Object.entries(sides)) {
    const next = takeFrom(requests);
    await decideAll(side.client, next(warmUp));
    measures[key] = () => measure(side, next(calls));
  }
  const costs = await inTurn(measures, rounds);
  const rows = await Promise.all(
    Object.entries(sides).map(async ([key, { name, engine, p99Ms, memoryMb }]) => {
      const { kept, lost } = await countsOf(engine);
      const ratio = (of: number, to: number) => (of / to).toFixed(3);
      const pairs = costs[key]!.map((cost, round) => cost / costs.off![round]!);
      return [
        name,
        median(costs[key]!).toFixed(0),
        ratio(median(costs[key]!), median(costs.off!)),
        `${Math.min(...pairs).toFixed(2)}–${Math.max(...pairs).toFixed(2)}`,
        ratio(median(p99Ms), median(sides.off!.p99Ms)),
        `${memoryMb[1]!.toFixed(0)} → ${memoryMb.at(-1)!.toFixed(0)}`,
        `${((100 * kept) / (warmUp + rounds * calls)).toFixed(1)} %`,
        String(lost),
      ];
    }),
  );
  process.stdout.write(`trace: Decide, ${rounds} rounds of ${calls} calls, in turn\n`);
  const head = ["", "µs a call", "to off", "of a round", "p99 to off", "memory MB", "kept", "spans lost"];
  printTable(head, rows);
  for (const { client, engine } of Object.values(sides)) {
    client.close();
    await engine.stop();
  }
  collector.close();
  dead.close();
}

async function start(name: string, environment: Readonly<Record<string, string>>): Promise<Traced> {
  const engine = await withEnvironment(environment, () => startChildEngine());
  const client = connect(engine.address);
  await client.waitUntilReady(10_000);
  return { name, engine, client, p99Ms: [], memoryMb: [] };
}

/** The processor time of a decision, in microseconds. */
async function measure({ engine: { pid }, client, p99Ms, memoryMb }: Traced, requests: readonly DecideRequest[]) {
  const before = processorUs(pid);
  const took = await decideAll(client, requests);
  // Spans are sent a little later; that is part of what they cost.
  await new Promise((resolve) => setTimeout(resolve, 300));
  p99Ms.push(quantile(took, 0.99));
  memoryMb.push(residentMb(pid));
  return (processorUs(pid) - before) / requests.length;
}

function residentMb(pid: number): number {
  const [, kb] = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, "utf8")) ?? [];
  return Number(kb) / 1024;
}

async function countsOf({ httpAddress }: ChildEngine): Promise<{ kept: number; lost: number }> {
  const text = await (await fetch(`http://${httpAddress}/metrics`)).text();
  const sum = (name: string) =>
    [...text.matchAll(new RegExp(`^${name}\\{.*\\} (\\d+)$`, "gm"))].reduce(
      (total, [, count]) => total + Number(count),
      0,
    );
  return { kept: sum("verdict_traces_total"), lost: sum("verdict_dropped_total") };
}

/** @param whenRead what is done once a request was read. */
async function startCollector(whenRead: (answer: () => void) => void) {
  const server = createServer((request, response) => {
    request.resume().once("end", () => whenRead(() => response.end()));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const close = () => {
    server.closeAllConnections();
    server.close();
  };
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close };
}
