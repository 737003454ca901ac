import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { HealthImplementation } from "grpc-health-check";
import { exitCodes } from "../../../src/cli/exit.ts";
import type { SourceReport } from "../../../src/cli/source/report.ts";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { startServer, type TestServer } from "../../sources/grpc/support.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startInferenceServer } from "../../support/inference-server.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { json, makePlace, type Place, startHttp } from "./support.ts";

const hour = 3_600_000;

describe("verdict source check", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  let place: Place;
  let redis: RedisServer;
  let cards: TestServer;
  let devices: string;

  before(async () => {
    place = await makePlace(clean);
    redis = await startRedis(clean, { settings: { requirepass: "s3cret" } });
    const admin = redis.client({ password: "s3cret" });
    await admin.hset("customer:42", { card: "c1", limit: "150", opened: String(hour) });
    await admin.sadd("list:blocked", "verdict:list", "c7");
    cards = await startServer(clean, ({ request }, answer) =>
      answer(null, { owner: `owner of ${request.card_id}`, card_id: request.card_id }),
    );
    new HealthImplementation({ "": "SERVING" }).addToServer(cards.server);
    devices = await startHttp(clean, (request, response) =>
      json({ risk: request.url?.endsWith("/d1") ? 0.25 : "high" })(request, response),
    );
    const file = await place.write("customers.jsonl", '{"id":"42","country":"NL"}\n{"id":"43","country":null}\n');
    await loadTable({ dataDir: place.dataDir, name: "customers", file, key: ["id"] });
    await place.model("fraud", { address: await startInferenceServer(clean, () => {}, { ready: ["fraud"] }) });
    const connection = `redis://:s3cret@${redis.address}`;
    await place.catalogue({
      sources: {
        customers: { kind: "table", key: ["customer_id"], keyColumns: ["id"] },
        profile: { kind: "redis", layout: "hash", key: "customer:{customer_id}", connection, timeoutMs: 500 },
        device: { kind: "http", url: `${devices}/v1/{device_id}`, timeoutMs: 500 },
        issuer: {
          ...{ kind: "grpc", address: cards.address, method: "issuer.v1.Cards/Echo", timeoutMs: 500 },
          request: { card_id: "{card}" },
        },
        spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "1d" },
      },
      lists: { blocked: { kind: "redis", key: "list:blocked", connection } },
      features: {
        customer_id: { from: "request", path: "customer.id", type: "string", required: true },
        device_id: { from: "request", path: "device_id", type: "string" },
        amount: { from: "request", path: "amount", type: "double", required: true },
        country: { from: "customers", path: "country", type: "string", onMissing: { default: "??" } },
        card: { from: "profile", path: "card", type: "string" },
        limit: { from: "profile", path: "limit", type: "integer" },
        opened: { from: "profile", path: "opened", type: "timestamp" },
        device_risk: { from: "device", path: "$.risk", type: "double" },
        issuer_card: { from: "issuer", path: "card_id", type: "string" },
        spent_1d: { from: "spend", aggregate: "sum", window: "1d" },
      },
    });
  });

  /** What is the same in every run. */
  const stable = ({ firstMs, thenMs, place: where, ...rest }: SourceReport) => {
    assert.ok(where !== undefined && firstMs !== undefined && firstMs >= 0, rest.name);
    return { ...rest, again: thenMs !== undefined };
  };
  const of = (name: string, sources: readonly SourceReport[]) => sources.find((each) => each.name === name)!;

  it("tells without any key what answers, how fast and where", async () => {
    const { code, err, ok, sources, text } = await place.check();
    assert.deepEqual([code, err, ok], [exitCodes.ok, "", true]);
    const [customers, profile] = sources.map(stable);
    assert.match(customers!.detail!, /^2 rows, \d\.\d MB, loaded \d+ s ago from customers\.jsonl$/);
    assert.match(profile!.detail!, /^Redis \d+\.\d/);
    assert.deepEqual(
      sources.map(stable).map(({ name, kind, again, warnings, reachable }) => [name, kind, again, warnings, reachable]),
      [
        ["customers", "table", true, [], true],
        ["profile", "redis", true, [], true],
        ["device", "http", false, [], true],
        ["issuer", "grpc", true, [], true],
        ["aggregates", "store", true, [], true],
        ["blocked", "redis list", true, [], true],
        ["fraud/1", "model", true, [], true],
      ],
    );
    assert.deepEqual(
      sources.slice(2).map(({ detail }) => detail),
      [
        "connects",
        "serving; issuer.v1.Cards/Echo",
        "not there yet: an engine makes it when it starts",
        "1 entry",
        "test-server 1.2; fraud is ready",
      ],
    );
    assert.equal(of("profile", sources).place, `redis://${redis.address}`);
    assert.equal(of("device", sources).place, devices);
    assert.doesNotMatch(text, /s3cret/);
  });

  it("asks for the features of an event, keys from other sources included", async () => {
    const event = await place.write("event.json", JSON.stringify({ customer: { id: "42" }, device_id: "d1" }));
    const { code, sources } = await place.check("--event", event);
    assert.equal(code, exitCodes.ok);
    const answers = sources.flatMap(({ name, answer }) => (answer === undefined ? [] : [[name, answer] as const]));
    const text = { type: "string", state: "present" } as const;
    assert.deepEqual(Object.fromEntries(answers), {
      customers: { status: "OK", features: [{ name: "country", ...text, value: "NL" }] },
      profile: {
        status: "OK",
        features: [
          { name: "card", ...text, value: "c1" },
          { name: "limit", type: "integer", state: "present", value: 150 },
          { name: "opened", type: "timestamp", state: "present", value: "1970-01-01T01:00:00.000Z" },
        ],
      },
      device: { status: "OK", features: [{ name: "device_risk", type: "double", state: "present", value: 0.25 }] },
      issuer: { status: "OK", features: [{ name: "issuer_card", ...text, value: "c1" }] },
      spend: { status: "OK", features: [{ name: "spent_1d", type: "double", state: "present", value: 0 }] },
    });
  });

  it("says of each feature why it is missing, and of each source why it was not asked", async () => {
    const { code, sources } = await place.check("--key", "customer_id=43");
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(of("customers", sources).answer, {
      status: "OK",
      features: [{ name: "country", type: "string", state: "null", value: "??" }],
    });
    const { status, features } = of("profile", sources).answer!;
    assert.deepEqual(
      [status, features.map(({ state }) => state)],
      ["NOT_FOUND", ["not_found", "not_found", "not_found"]],
    );
    assert.match(of("device", sources).answer!.why!, /^device_id is not given: add --key device_id=VALUE/);
    assert.equal(of("issuer", sources).answer!.why, "card from profile is missing (not_found)");
  });

  it("takes a feature as given that another source would give, and asks the named sources alone", async () => {
    cards.asked.length = 0;
    const { sources } = await place.check("issuer", "--key", "card=c9");
    assert.deepEqual(
      sources.map(({ name, answer }) => [name, answer?.features[0]?.value]),
      [["issuer", "c9"]],
    );
    assert.ok(cards.asked.every(({ request }) => request.card_id === "c9"));
  });

  it("says what does not fit the catalogue", async () => {
    const { code, sources } = await place.check("device", "--key", "device_id=d2");
    assert.equal(code, exitCodes.ok);
    assert.deepEqual(of("device", sources).answer, {
      status: "OK",
      why: "the answer is not as the catalogue says: $.risk is not double",
      features: [{ name: "device_risk", type: "double", state: "error" }],
    });
  });

  it("prints what a person can read", async () => {
    const { code, out } = await place.run("check", "profile", "spend", "--key", "customer_id=42");
    assert.equal(code, exitCodes.ok);
    const shape = out.replace(/(?<= )\d+\.\d+(?= )/g, "N").replace(/Redis [\d.]+/, "Redis N");
    const lines = shape.split("\n").map((line) => line.trimEnd().replace(/ {2,}/g, "  "));
    assert.deepEqual(lines, [
      "  source  kind  first ms  then ms  where",
      `ok  profile  redis  N  N  redis://${redis.address}`,
      "  Redis N",
      '  card  string  "c1"',
      "  limit  integer  150",
      '  opened  timestamp  "1970-01-01T01:00:00.000Z"',
      `ok  spend  aggregate  N  N  ${place.dataDir}/aggregates`,
      "  not there yet: an engine makes it when it starts",
      "  spent_1d  double  0",
      "",
      "2 of 2 can be asked",
      "",
    ]);
  });

  const misuses: readonly [args: readonly string[], code: number, message: RegExp][] = [
    [["issue"], exitCodes.usage, /there is no source issue; did you mean "issuer"\?/],
    [["--key", "customer=1"], exitCodes.usage, /there is no feature customer; (did you mean|the catalogue has)/],
    [["--key", "customer_id"], exitCodes.usage, /Write FEATURE=VALUE/],
    [["--key", "amount=many"], exitCodes.usage, /the value given for amount is not a number/],
    [["--timeout", "soon"], exitCodes.usage, /It is a number over 0/],
    [["--policies", "/nowhere"], exitCodes.documents, /the feature catalogue cannot be read \(ENOENT\)/],
  ];
  for (const [args, code, message] of misuses)
    it(`refuses ${args.join(" ")}`, async () => {
      // Flags given last win over those of the test.
      const ran =
        args[0] === "--policies" ? await (await makePlace(clean)).run("check") : await place.run("check", ...args);
      assert.equal(ran.code, code);
      assert.match(ran.err, message);
    });

  it("reads the embedded store that an engine left, and makes none", async () => {
    await place.check("spend", "aggregates", "--key", "customer_id=42");
    assert.equal(existsSync(path.join(place.dataDir, "aggregates")), false);
    const other = await makePlace(clean);
    const folder = path.join(other.dataDir, "aggregates");
    const store = openAggregateStore({ path: folder });
    const spec = { source: "spend", retainMs: 24 * hour };
    const contributions = [{ spec, key: ["42"], value: 7 }];
    store.count({ requestId: "r1", occurredAtMs: Date.now() - hour, contributions });
    await store.close();
    await other.catalogue({
      sources: { spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "1d" } },
      features: {
        customer_id: { from: "request", path: "id", type: "string" },
        amount: { from: "request", path: "amount", type: "double" },
        spent_1d: { from: "spend", aggregate: "sum", window: "1d" },
      },
    });
    const { code, sources } = await other.check("--key", "customer_id=42");
    assert.equal(code, exitCodes.ok);
    assert.equal(of("spend", sources).answer!.features[0]!.value, 7);
    assert.match(of("aggregates", sources).detail!, /^embedded, \d+\.\d MB$/);
    assert.equal(of("aggregates", sources).place, folder);
  });

  it("writes nothing", async () => {
    const admin = redis.client({ password: "s3cret" });
    await admin.config("RESETSTAT");
    await place.check("--key", "customer_id=42", "--key", "device_id=d1");
    const stats = await admin.info("commandstats");
    const commands = [...stats.matchAll(/cmdstat_([\w|]+):/g)].map(([, command]) => command!);
    const reads = [
      "auth",
      "client|setname",
      "client|setinfo",
      "config|resetstat",
      "info",
      "hmget",
      "smismember",
      "scard",
    ];
    assert.deepEqual(
      commands.filter((command) => ![...reads, "hello", "ping", "select"].includes(command)),
      [],
    );
  });
});
