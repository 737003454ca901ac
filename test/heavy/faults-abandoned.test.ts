import assert from "node:assert/strict";
import { setImmediate as turn } from "node:timers/promises";
import { sourceKinds } from "../../src/compose.ts";
import { type Bundle, loadBundle, type OpenSources } from "../../src/decide/bundle.ts";
import { type DecideParts, decide } from "../../src/decide/decide.ts";
import type { AggregateStore } from "../../src/domain/aggregate.ts";
import { systemClock } from "../../src/domain/clock.ts";
import type { FeatureSource } from "../../src/domain/source.ts";
import type { OpenSource, SourceEntry, SourceEnvironment } from "../../src/domain/source-kind.ts";
import type { Catalogue } from "../../src/features/catalogue.ts";
import { compiledEvaluator } from "../../src/policy/compile.ts";
import { connectRemote } from "../../src/sources/grpc/remote.ts";
import type { TailOptions } from "../../src/sources/tail/entry.ts";
import { noEvents, type TailEvents } from "../../src/sources/tail/events.ts";
import { withTail } from "../../src/sources/tail/tail.ts";
import { cleanUp } from "../support/clean-up.ts";
import { until } from "../support/until.ts";
import { writeAbandonedDocuments } from "./abandoned/documents.ts";
import { type SlowServers, sharedNowMs, startSlowServers } from "./abandoned/slow-servers.ts";
import { type Fetching, watchFetches } from "./abandoned/watch-fetches.ts";

const decisions = 10_000;
/** More would make this process wait for itself. */
const atATime = 12;
const policies = ["early", "short", "patient"] as const;
/** Its fetches may be for several decisions, and end with the last of them. */
const shared = "http_cached";
/** A fetch that outlives its decision by more breaks what is asked of the engine. */
const outlivesMs = 5;

describe(`${decisions} decisions that settle early, time out or reach their deadline`, function () {
  this.timeout(300_000);
  const clean = cleanUp();
  let resourcesBefore: Readonly<Record<string, number>>;
  beforeEach(async () => {
    // Only now mocha's own timer runs, as it will then.
    await turn();
    resourcesBefore = countOf(process.getActiveResourcesInfo());
  });
  afterEach(async () => {
    // All is closed by now, and the servers are gone.
    await until(async () => {
      // So that the timer of this wait is not among them.
      await turn();
      return grownOf(countOf(process.getActiveResourcesInfo()), resourcesBefore) === "";
    });
  });

  it("leave no fetch, request, listener, timer or connection behind", async () => {
    const servers = await startSlowServers(clean);
    const watched = watchTails();
    const bundle = await open(servers, watched);
    clean.later(() => bundle.close());
    const parts: DecideParts = { ...partsOf(bundle), onLateAnswer: () => watched.count("late answers") };

    const endedMs = new Map<string, number>();
    const leftOpen: Fetching[] = [];
    const statuses: Record<string, number> = {};
    let next = 0;
    const decideAll = async () => {
      for (let number = next++; number < decisions; number = next++) {
        const id = `d${number}`;
        const decision = await decide(...requestOf(id, number), parts);
        endedMs.set(id, sharedNowMs());
        for (const { kind, status } of decision.steps)
          if (kind === "source" || kind === "model") statuses[status] = (statuses[status] ?? 0) + 1;
        // What the abort has set going is a matter of promises alone: it needs no time, only its turn.
        await turn();
        leftOpen.push(...watched.take(id).filter(({ endMs, source }) => endMs === undefined && source !== shared));
      }
    };
    await Promise.all(Array.from({ length: atATime }, decideAll));

    // From the outside: no server has a request left that nobody waits for.
    await until(async () => (await servers.seen()).open === 0 && watched.running() === 0);
    const { givenUp } = await servers.seen();
    const outlived = watched.all
      .filter(({ source }) => source !== shared)
      .map(({ decision, endMs }) => Math.max(0, endMs! - endedMs.get(decision)!));
    const seenByServers = givenUp.flatMap(({ decision, atMs }) => {
      const decisionMs = endedMs.get(decision);
      return decisionMs === undefined ? [] : [Math.max(0, atMs - decisionMs)];
    });
    process.stdout.write(
      `    ${watched.all.length} fetches and attempts: ${listOf(statuses)}; ${listOf(watched.counts)}\n` +
        `    end after their decision's: ${quantilesOf(outlived)}; over ${outlivesMs} ms: ${overOf(outlived)}\n` +
        `    ${givenUp.length} requests given up, as servers see it: ${quantilesOf(seenByServers)}; over ${outlivesMs} ms: ${overOf(seenByServers)}\n`,
    );
    assert.equal(listOf(countOf(leftOpen.map(({ source, layer }) => `${layer} of ${source}`))), "");
    assert.deepEqual(
      watched.all.filter((fetching) => fetching.listeners() > 0).map(({ source, layer }) => `${layer} of ${source}`),
      [],
    );
    // One in a thousand may fall on a moment in which the machine had no processor to spare.
    assert.ok(overOf(outlived) <= outlived.length / 1000);
    // The other side hears of it when its process has its turn, and the network's.
    assert.ok(overOf(seenByServers) < seenByServers.length / 2);
    for (const status of ["OK", "CACHED", "TIMEOUT", "ERROR", "SKIPPED", "NOT_AWAITED"])
      assert.ok((statuses[status] ?? 0) > 0, `no fetch ended ${status}`);
    for (const what of ["hedged", "retried", "rejected", "queued", "shared", "stale", "opened"])
      assert.ok((watched.counts[what] ?? 0) > 0, `nothing was ${what}`);
  });

  async function open(servers: SlowServers, watched: Watch): Promise<Bundle> {
    const folders = await writeAbandonedDocuments(clean, servers);
    const environment: SourceEnvironment = {
      dataDir: "",
      policiesDir: folders.policiesDir,
      variable: String,
      onProblem: () => {},
    };
    return await loadBundle({
      ...folders,
      makeEvaluator: compiledEvaluator,
      sourceKinds,
      listNames: async () => [],
      openSources: (catalogue) => openWatched(catalogue, environment, watched),
      connectModel: (to) => connectRemote(to, String),
    });
  }
});

/** Sources as an engine opens them, watched on both sides of what is done about slow answers. */
function openWatched(
  { sources, lists }: Catalogue,
  environment: SourceEnvironment,
  { begun, events }: Watch,
): OpenSources {
  const closing: (() => Promise<void>)[] = [];
  const tailed = ({ source, close }: OpenSource, entry: SourceEntry): FeatureSource => {
    closing.push(close);
    const attempts = watchFetches(source as FeatureSource, "attempt", begun);
    return watchFetches(withTail(attempts, entry as TailOptions, { events }), "fetch", begun);
  };
  return {
    sources: new Map(
      [...sources.values()].map((spec) => {
        assert.ok(spec.kind !== "aggregate");
        return [spec.name, tailed(spec.definition.open(spec.name, spec.entry, environment), spec.entry)];
      }),
    ),
    lists: new Map(
      [...lists.values()].map(({ name, definition, entry }) => [
        name,
        tailed(definition.open(name, entry, environment), entry),
      ]),
    ),
    async close() {
      await Promise.all(closing.map((step) => step()));
    },
  };
}

type Watch = ReturnType<typeof watchTails>;

/** Keeps all fetches, and counts what was done about slow ones. */
function watchTails() {
  const all: Fetching[] = [];
  const byDecision = new Map<string, Fetching[]>();
  const counts: Record<string, number> = {};
  const count = (what: string) => {
    counts[what] = (counts[what] ?? 0) + 1;
  };
  const names = Object.keys(noEvents) as (keyof TailEvents)[];
  return {
    all,
    counts,
    count,
    events: Object.fromEntries(names.map((name) => [name, () => count(name)])) as unknown as TailEvents,
    begun(fetching: Fetching) {
      all.push(fetching);
      const others = byDecision.get(fetching.decision);
      if (others === undefined) byDecision.set(fetching.decision, [fetching]);
      else others.push(fetching);
    },
    /** Those of one decision. */
    take: (decision: string) => byDecision.get(decision) ?? [],
    running: () => all.filter(({ endMs }) => endMs === undefined).length,
  };
}

function partsOf(bundle: Bundle): Omit<DecideParts, "onLateAnswer"> {
  const nothing = () => assert.fail("nothing is counted here");
  const aggregates: AggregateStore = { count: nothing, label: nothing, read: nothing, close: async () => {} };
  const lists = { has: () => undefined };
  return { bundles: { current: () => bundle }, aggregates, lists, clock: systemClock };
}

function requestOf(id: string, number: number): [Parameters<typeof decide>[0], Parameters<typeof decide>[1]] {
  const arrivedMs = performance.now();
  const request = {
    requestId: id,
    policy: policies[number % policies.length]!,
    event: { person: id, segment: `s${number % 4}`, amount: 1 },
    occurredAtMs: undefined,
    explain: false,
    dryRun: false,
    annotations: {},
  };
  // Every seventh caller is in a hurry.
  const deadlineMs = number % 7 === 0 ? arrivedMs + 15 : undefined;
  const trace = { traceId: "0af7651916cd43dd8448eb211c80319c", spanId: "b7ad6b7169203331", parentSpanId: undefined };
  return [request, { arrivedMs, deadlineMs, trace: { ...trace, sampled: false } }];
}

function countOf(names: readonly string[]): Record<string, number> {
  return Object.fromEntries([...Map.groupBy(names, (name) => name)].map(([name, { length }]) => [name, length]));
}

/** What there is more of than before. */
function grownOf(now: Readonly<Record<string, number>>, before: Readonly<Record<string, number>>): string {
  const grown = Object.entries(now).filter(([name, count]) => count > (before[name] ?? 0));
  return listOf(Object.fromEntries(grown));
}

function listOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function overOf(times: readonly number[]): number {
  return times.filter((ms) => ms > outlivesMs).length;
}

function quantilesOf(times: readonly number[]): string {
  const sorted = [...times].sort((left, right) => left - right);
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)]?.toFixed(2);
  return `median ${at(0.5)} ms, p99 ${at(0.99)}, p99.9 ${at(0.999)}, longest ${at(1)}`;
}
