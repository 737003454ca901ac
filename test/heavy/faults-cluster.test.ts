import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { toFields } from "../../src/client/value.ts";
import { cleanUp } from "../support/clean-up.ts";
import { explanationOf, type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures } from "../support/fixtures.ts";
import { openLoop } from "../support/open-loop.ts";
import { type RedisCluster, startRedisCluster } from "../support/redis/cluster.ts";
import { until } from "../support/until.ts";

const deadlineMs = 250;
/** See `check-struck.ts`. */
const lateAfterMs = deadlineMs + 250;
const people = 300;
const perSecond = 200;
/** Of those that a caller gave up on: the engine would never have answered. */
const hungAfterMs = 10_000;

interface Seen {
  readonly sentMs: number;
  readonly elapsedMs: number;
  readonly isWhole: boolean;
}

describe("an engine over a Redis Cluster whose master goes under load", function () {
  this.timeout(120_000);
  const clean = cleanUp();
  let cluster: RedisCluster;
  let engine: RunningEngine;
  let requests = 0;

  beforeEach(async () => {
    cluster = await startRedisCluster(clean);
    const client = cluster.client();
    for (let number = 0; number < people; number++) await client.hset(`person:p${number}`, "number", number);
    await client.sadd("vips", "p1", "verdict:list");
    await cluster.settled();
    const folders = await writeDocuments();
    engine = await startEngine(clean, folders);
    await until(async () => (await decide(1)).isWhole);
  });

  async function writeDocuments() {
    const policiesDir = await clean.folder();
    const connection = { nodes: [cluster.addresses.map(({ host, port }) => `${host}:${port}`).join(",")] };
    const catalogue = {
      sources: { store: { kind: "redis", connection, layout: "hash", key: "person:{person}", timeoutMs: 100 } },
      lists: { vips: { kind: "redis", connection, key: "vips", timeoutMs: 100 } },
      features: {
        person: { from: "request", path: "person", type: "string", required: true },
        number: { from: "store", path: "number", type: "integer" },
      },
    };
    const policy = {
      id: "stage",
      settle: "complete",
      deadlineMs,
      outcomes: ["review", "approve"],
      default: "approve",
      rules: [
        { fact: "number", operator: "greaterThan", value: 1_000_000 },
        { fact: "person", operator: "inList", value: "vips" },
      ].map((condition, at) => ({
        name: `rule-${at}`,
        conditions: { all: [condition] },
        event: { type: "review" },
      })),
    };
    await writeFile(path.join(policiesDir, "features.json"), JSON.stringify(catalogue));
    await writeFile(path.join(policiesDir, "stage.json"), JSON.stringify(policy));
    return { policiesDir, modelsDir: fixtures.modelsDir };
  }

  /** @throws if a value is wrong, or a missing one not marked. */
  async function decide(number: number): Promise<Seen> {
    const sentMs = performance.now();
    const person = `p${number}`;
    const answer = await engine.client.decide(
      { request_id: `r${requests++}`, policy: "stage", event: toFields({ person }), explain: true },
      { deadlineMs: hungAfterMs },
    );
    const { features } = explanationOf(answer);
    const right = { number, "person in vips": person === "p1" };
    for (const [name, value] of Object.entries(right)) {
      const isMissing = answer.missing_features.includes(name);
      assert.deepEqual(features[name]?.value, isMissing ? undefined : value);
      if (isMissing) assert.notEqual(features[name]?.missing, undefined);
    }
    const isWhole = answer.missing_features.length === 0;
    if (!isWhole) assert.notEqual(answer.completeness, "COMPLETE");
    return { sentMs, elapsedMs: answer.elapsed_ms, isWhole };
  }

  for (const how of ["kill", "freeze"] as const)
    it(`answers every call in time after a ${how}, and is whole again when a replica has taken over`, async () => {
      const seen: Seen[] = [];
      const failures: unknown[] = [];
      const load = openLoop({
        perSecond,
        maxInFlight: 500,
        send: (index) =>
          decide(index % people).then(
            (each) => void seen.push(each),
            (error) => void failures.push(error),
          ),
      });
      clean.later(() => load.stop());
      await sleep(500);
      const goneMs = performance.now();
      await (await cluster.masterOf("person:p1"))[how]();
      const whole = (sinceMs: number) => seen.filter(({ sentMs }) => sentMs > sinceMs);
      let lastBadMs = goneMs;
      await until(() => {
        const bad = whole(goneMs).findLast(({ isWhole }) => !isWhole);
        lastBadMs = bad?.sentMs ?? goneMs;
        // Two rounds over all people.
        return (bad !== undefined && whole(lastBadMs).length > 2 * people) || failures.length > 0;
      });
      await load.stop();

      const after = whole(goneMs);
      const degraded = after.filter(({ isWhole, sentMs }) => !isWhole && sentMs <= lastBadMs);
      const window = after.filter(({ sentMs }) => sentMs <= lastBadMs);
      const slowestMs = Math.max(...seen.map(({ elapsedMs }) => elapsedMs));
      const late = seen.filter(({ elapsedMs }) => elapsedMs > lateAfterMs).length;
      process.stdout.write(
        `    master ${how === "kill" ? "killed" : "frozen"}: ${seen.length} answers, ${failures.length} failed or hung, ` +
          `${late} late, slowest ${Math.round(slowestMs)} ms; degraded for ${Math.round(lastBadMs - goneMs)} ms, ` +
          `${degraded.length} of ${window.length} answers meanwhile\n`,
      );
      assert.deepEqual(failures, []);
      assert.equal(seen.length, load.sent);
      assert.equal(late, 0);
    });
});
