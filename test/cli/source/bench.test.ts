import assert from "node:assert/strict";
import { exitCodes } from "../../../src/cli/exit.ts";
import type { BenchReport } from "../../../src/cli/source/measured.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startProxy } from "../../support/faults/proxy.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { json, makePlace, type Place, startHttp } from "./support.ts";

describe("verdict source bench", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  const each = cleanUp();
  let place: Place;
  let redis: RedisServer;
  const asked: string[] = [];
  let methods: Set<string>;

  before(async () => {
    redis = await startRedis(clean);
    const admin = redis.client();
    for (const id of ["1", "2"]) await admin.hset(`k:${id}`, "n", id, "card", `c${id}`);
  });
  beforeEach(async () => {
    asked.length = 0;
    methods = new Set();
    place = await makePlace(each);
    const url = await startHttp(each, (request, response) => {
      asked.push(request.url!);
      methods.add(request.method!);
      json({ risk: 0.5 }, request.url!.endsWith("/none") ? 404 : 200)(request, response);
    });
    const slow = await startProxy(each, { to: redis, faults: { toward: "client", delayMs: 20 } });
    const hash = { kind: "redis", layout: "hash", key: "k:{id}" };
    await place.catalogue({
      sources: {
        profile: { ...hash, connection: `redis://${redis.address}`, timeoutMs: 1_000 },
        slow: { ...hash, connection: `redis://${slow.address}`, timeoutMs: 5 },
        dead: { ...hash, connection: "redis://127.0.0.1:1" },
        wrong: { ...hash, layout: "string", connection: `redis://${redis.address}` },
        device: { kind: "http", url: `${url}/{card}`, cacheMs: 60_000, timeoutMs: 1_000 },
        post: { kind: "http", url: `${url}/{id}`, method: "POST", body: { id: "{id}" }, timeoutMs: 1_000 },
        unused: { ...hash, connection: `redis://${redis.address}` },
      },
      features: {
        id: { from: "request", path: "id", type: "string" },
        n: { from: "profile", path: "n", type: "integer" },
        card: { from: "profile", path: "card", type: "string" },
        m: { from: "slow", path: "n", type: "integer" },
        never: { from: "dead", path: "n", type: "integer" },
        whole: { from: "wrong", path: "$", type: "string" },
        risk: { from: "device", path: "$.risk", type: "double" },
        posted: { from: "post", path: "$.risk", type: "double" },
      },
    });
  });

  const bench = async (...args: readonly string[]) => {
    const { code, out, err } = await place.run("bench", ...args, "--seconds", "0.2", "--json");
    return { code, err, report: JSON.parse(out) as BenchReport };
  };

  it("asks at a steady rate, and tells how long it took", async () => {
    const { code, report } = await bench("profile", "--key", "id=1", "--rate", "100");
    const { latencyMs, statuses, requests, load, keys, errors, overTimeout } = report;
    assert.deepEqual(
      { code, statuses, requests, load, keys, errors, overTimeout },
      { code: 0, statuses: { OK: 20 }, requests: 20, load: { ratePerS: 100 }, keys: 1, errors: [], overTimeout: 0 },
    );
    const { p50, p90, p99, p999, max } = latencyMs!;
    assert.ok(0 < p50 && p50 <= p90 && p90 <= p99 && p99 <= p999 && p999 <= max, JSON.stringify(latencyMs));
    assert.match(report.advice[0]!, /^timeoutMs 1000 is over the p99 of [\d.]+ ms: 0\.0 % of fetches would time out$/);
  });

  it("keeps so many in flight, takes keys in turn, and neither caches nor joins equal fetches", async () => {
    const keys = await place.write("keys.jsonl", '{"card":"a"}\n{"card":"b"}\n\n{"card":"none"}\n');
    const { report } = await bench("device", "--keys", keys, "--concurrency", "3");
    const { requests, statuses } = report;
    assert.deepEqual([report.load, report.keys], [{ concurrency: 3 }, 3]);
    assert.equal(asked.length, requests + 1); // and the first, which connects
    assert.equal(statuses.OK! + statuses.NOT_FOUND!, requests);
    assert.deepEqual(new Set(asked), new Set(["/a", "/b", "/none"]));
    assert.match(report.advice.at(-1)!, /--rate shows what a steady stream of decisions meets/);
  });

  it("makes the key as a decision would, of other sources' features", async () => {
    const { report } = await bench("device", "--key", "id=2", "--rate", "30");
    assert.equal(report.statuses.OK, 6);
    assert.deepEqual(new Set(asked), new Set(["/c2"]));
  });

  it("says that timeoutMs is too short, and how many fetches would time out", async () => {
    const { report } = await bench("slow", "--key", "id=1", "--rate", "30");
    assert.equal(report.overTimeout, 1);
    assert.match(report.advice[0]!, /^timeoutMs 5 is under the p99 of [\d.]+ ms: 100\.0 % of fetches would time out$/);
  });

  it("says beforehand that a POST is a real request", async () => {
    const { err, report } = await bench("post", "--key", "id=1", "--rate", "30");
    assert.equal(err, "post: it is asked by POST: every fetch is a real request to it\n");
    assert.deepEqual([report.statuses, methods], [{ OK: 6 }, new Set(["POST"])]);
  });

  it("counts what times out and what fails while it runs", async () => {
    let count = 0;
    const url = await startHttp(each, (request, response) => {
      count += 1;
      if (count % 3 === 2) json({}, 503)(request, response);
      else if (count % 3 === 1) json({ risk: 1 })(request, response);
    });
    await place.catalogue({
      sources: { it: { kind: "http", url: `${url}/{id}` } },
      features: {
        id: { from: "request", path: "id", type: "string" },
        risk: { from: "it", path: "$.risk", type: "double" },
      },
    });
    const { code, report } = await bench("it", "--key", "id=1", "--rate", "45", "--timeout", "100");
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(report.statuses, { ERROR: 3, TIMEOUT: 3, OK: 3 });
    assert.deepEqual(
      report.errors.map(({ message, count: times }) => [message.slice(0, 22), times]),
      [["the server answers 503", 3]],
    );
    assert.ok(report.latencyMs!.max >= 100);
  });

  it("prints what a person can read", async () => {
    const { code, out } = await place.run("bench", "profile", "--key", "id=1", "--seconds", "0.1", "--rate", "50");
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(
      out
        .replace(/\d+\.\d+/g, "N")
        .replace(/\d+\/s over/, "X/s over")
        .split("\n"),
      [
        "profile (redis): 5 fetches at 50/s, 1 key",
        "  answers      ok 5 (N %)",
        "  throughput   X/s over N s",
        "  first        N ms, connecting included, not among the rest",
        "  latency ms   p50 N   p90 N   p99 N   pN N   max N",
        "  timeoutMs 1000 is over the p99 of N ms: N % of fetches would time out",
        "",
      ],
    );
  });

  it("writes nothing", async () => {
    const admin = redis.client();
    await admin.config("RESETSTAT");
    await bench("profile", "--key", "id=1");
    const commands = [...(await admin.info("commandstats")).matchAll(/cmdstat_([\w|]+):/g)].map(([, name]) => name!);
    assert.ok(commands.includes("hmget"));
    assert.deepEqual(
      commands.filter((name) => !/^(hmget|info|ping|hello|select|client\|.*|config\|resetstat)$/.test(name)),
      [],
    );
  });

  const refusals: readonly [args: readonly string[], code: number, message: RegExp][] = [
    [["profil"], exitCodes.usage, /there is no source profil; did you mean "profile"\?/],
    [["profile"], exitCodes.failed, /the source's key needs id: give it with --key id=VALUE/],
    [["profile", "--key", "idd=1"], exitCodes.failed, /there is no feature idd; did you mean "id"\?/],
    [["device", "--key", "id=9"], exitCodes.failed, /the source's key needs card/],
    [["dead", "--key", "id=1"], exitCodes.failed, /^dead cannot be measured: .*nobody listens at its address/],
    [["wrong", "--key", "id=1"], exitCodes.failed, /^wrong cannot be measured: the key holds something else/],
    [["unused", "--key", "id=1"], exitCodes.failed, /no feature of the catalogue comes from unused/],
    [["profile", "--key", "id=1", "--rate", "0"], exitCodes.usage, /It is a number over 0/],
    [["profile", "--rate", "5", "--concurrency", "2"], exitCodes.usage, /cannot be used with/],
  ];
  for (const [args, code, message] of refusals)
    it(`refuses ${args.join(" ")}`, async () => {
      const ran = await place.run("bench", ...args);
      assert.match(ran.err, message);
      assert.equal(ran.code, code);
    });

  it("refuses a file without good keys, naming the line", async () => {
    const file = await place.write("keys.jsonl", '{"id":"1"}\n[]\n');
    const { code, err } = await place.run("bench", "profile", "--keys", file);
    assert.deepEqual([code, err], [1, `${file}:2: is not one JSON object, such as {"customer_id": "42"}\n`]);
  });
});
