import assert from "node:assert/strict";
import type { AggregateStore, CountedEvent } from "../../../src/domain/aggregate.ts";
import { systemClock } from "../../../src/domain/clock.ts";
import { Commands } from "../../../src/sources/aggregate-redis/commands.ts";
import { countInSteps } from "../../../src/sources/aggregate-redis/count-in-steps.ts";
import { prepareCount } from "../../../src/sources/aggregate-redis/counting.ts";
import { Keys } from "../../../src/sources/aggregate-redis/keys.ts";
import { labelInSteps } from "../../../src/sources/aggregate-redis/label-in-steps.ts";
import { Requests } from "../../../src/sources/aggregate-redis/requests.ts";
import { settingsOf } from "../../../src/sources/redis/settings.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { query, start } from "../aggregate/open-store.ts";
import { openStore } from "./open-redis-store.ts";

const spend = { source: "customer_spend", retainMs: 2_560_000 };
const visits = { source: "terminal_visits", retainMs: 2_560_000 };
const everything = { windowMs: 2_560_000 };
const ask = [query("count", everything), query("sum", everything), query("sum", { ...everything, of: "label" })];
const end = start + 2_000_000;
const exactLimit = 20;

const eventOf = (id: number): CountedEvent => ({
  requestId: `r${id}`,
  occurredAtMs: start + id * 1000,
  contributions: [
    { spec: spend, key: ["c1"], value: 1 },
    { spec: visits, key: ["t1"], value: undefined },
  ],
});

/** Where a process may die while it counts; `never`: it does not. */
type Death = "before the records" | "after one record" | "before confirming" | "before forgetting" | "never";

describe("a count in steps, as in a cluster", function () {
  this.timeout(30_000);
  const clean = cleanUp();
  const keys = new Keys("verdict:");
  let redis: RedisServer;
  let commands: Commands;
  let reader: AggregateStore;

  beforeEach(async () => {
    redis = await startRedis(clean);
    const variable = () => "";
    commands = new Commands(settingsOf(`redis://${redis.address}`, { variable, timeoutMs: 5000 }));
    clean.later(async () => commands.close());
    reader = openStore(clean, redis, { exactLimit });
  });

  /** Counts in steps, by a process that dies on the way. */
  async function count(id: number, death: Death): Promise<boolean> {
    const counting = prepareCount(eventOf(id), { clock: systemClock, exactLimit, keys }, false);
    const dying = dyingCommands(commands, death);
    const requests = new Requests(dying);
    const left: Promise<unknown>[] = [];
    const later = (work: () => Promise<unknown>, delayMs: number) => {
      if (death === "before confirming" || (death === "before forgetting" && delayMs > 0)) return;
      left.push(work());
    };
    try {
      const { isNews } = await countInSteps({ commands: dying, requests, keys, later }, counting);
      while (left.length > 0) await left.shift();
      return isNews;
    } catch (error) {
      assert.equal((error as Error).message, "dead");
      return false;
    }
  }
  const label = (id: number) => {
    const parts = { commands, requests: new Requests(commands), keys, waitMs: 60_000 };
    return labelInSteps(parts, { requestId: `r${id}`, value: 1, reportedAtMs: start });
  };
  const readBoth = async () => [
    await reader.read(spend, ["c1"], end, ask),
    await reader.read(visits, ["t1"], end, ask),
  ];

  const deaths: readonly Death[] = ["before the records", "after one record", "before confirming", "before forgetting"];
  for (const death of deaths) {
    for (const [later, events] of [
      ["at once", 0],
      ["after 700 others of its keys", 700],
    ] as const) {
      it(`counts an event once that is sent again ${later}, when the first to count it died ${death}`, async () => {
        await count(0, death);
        for (let id = 1; id <= events; id++) await count(id, "never");
        await count(0, "never");
        await count(0, "never");
        assert.equal(await count(0, "never"), false);
        assert.deepEqual(await readBoth(), [
          [events + 1, events + 1, 0],
          [events + 1, 0, 0],
        ]);
      });
    }

    it(`brings a label to every record that has an event, also when its counter died ${death}`, async () => {
      await count(0, death);
      assert.equal(await label(0), true);
      const counted = (await readBoth()).map(([count = 0]) => count);
      assert.deepEqual(
        (await readBoth()).map(([, , labels]) => labels),
        counted,
      );
      await count(0, "never");
      assert.deepEqual(await readBoth(), [
        [1, 1, 1],
        [1, 0, 1],
      ]);
    });
  }

  it("is gone on with by a count at once, and the other way round", async () => {
    await count(0, "after one record");
    assert.equal(await reader.count(eventOf(0)), "accepted");
    await reader.count(eventOf(1));
    assert.equal(await count(1, "never"), false);
    assert.equal(await count(0, "never"), false);
    assert.deepEqual(await readBoth(), [
      [2, 2, 0],
      [2, 0, 0],
    ]);
  });
});

/** Commands that a process sends until it dies. */
function dyingCommands(commands: Commands, death: Death): Commands {
  const mayReach = { "before the records": 0, "after one record": 1 }[death as string] ?? Number.POSITIVE_INFINITY;
  let reached = 0;
  return new Proxy(commands, {
    get(target, name) {
      const run: Commands["run"] = async (script, keys, ...args) => {
        const isRecord = String(keys).startsWith("verdict:record:");
        if (isRecord && reached++ >= mayReach) throw new Error("dead");
        return target.run(script, keys, ...args);
      };
      return name === "run" ? run : Reflect.get(target, name).bind(target);
    },
  });
}
