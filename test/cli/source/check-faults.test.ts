import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:https";
import type { AddressInfo } from "node:net";
import { status } from "@grpc/grpc-js";
import { HealthImplementation } from "grpc-health-check";
import { exitCodes } from "../../../src/cli/exit.ts";
import { loadTable } from "../../../src/sources/table/load.ts";
import { startServer } from "../../sources/grpc/support.ts";
import { type Certificates, makeCertificates } from "../../support/certificates.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startProxy } from "../../support/faults/proxy.ts";
import { startInferenceServer } from "../../support/inference-server.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { json, makePlace, type Place, startHttp } from "./support.ts";

type Entry = Readonly<Record<string, unknown>>;

/** Of one source of one feature, `value`, a double. */
interface Case {
  readonly title: string;
  /** The entry, once its server is there. */
  readonly entry: () => Entry | Promise<Entry>;
  readonly path?: string;
  /** With it, `--key id=1` is given. */
  readonly asks?: true;
  readonly timeout?: string;
  /** Of the source: what is said to be wrong. */
  readonly says: RegExp;
}

describe("verdict source check says what is wrong and how to mend it", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  const each = cleanUp();
  let place: Place;
  let redis: RedisServer;
  let certificates: Certificates | undefined;

  before(async () => {
    redis = await startRedis(clean, { settings: { requirepass: "s3cret" } });
    const admin = redis.client({ password: "s3cret" });
    await admin.call("ACL", "SETUSER", "stranger", "on", ">strange", "~other:*", "+hmget", "+info");
    await admin.set("k:1", "text");
    certificates = await makeCertificates(clean);
  });
  beforeEach(async () => {
    place = await makePlace(each);
  });

  const hash = { kind: "redis", layout: "hash", key: "k:{id}", timeoutMs: 1_000 };
  const http = (url: string): Entry => ({ kind: "http", url: `${url}/v1/{id}` });
  const grpc = { kind: "grpc", method: "issuer.v1.Cards/Get", request: { card_id: "{id}" } };
  const at = (user: string) => ({ ...hash, connection: `redis://${user}${redis.address}` });
  const answering = async (code: number) => http(await startHttp(each, json({}, code)));
  const https = async (which: "server" | "selfSigned", tls: Entry = {}) => {
    const { cert, key } = certificates![which];
    const server = createServer({ cert, key }, json({ value: 1 })).listen(0, "127.0.0.1");
    await once(server, "listening");
    each.later(() => server.closeAllConnections());
    each.later(() => server.close());
    return { ...http(`https://localhost:${(server.address() as AddressInfo).port}`), tls };
  };

  const unreachable: readonly Case[] = [
    {
      title: "Redis: nobody listens",
      entry: () => ({ ...hash, connection: "redis://127.0.0.1:1" }),
      says: /the Redis at 127\.0\.0\.1:1 cannot be asked: .*nobody listens at its address; check that it runs/,
    },
    {
      title: "Redis: no such host",
      entry: () => ({ ...hash, connection: "redis://nowhere.invalid" }),
      says: /nowhere\.invalid:6379 cannot be asked: .*there is no such host; check its address/,
    },
    {
      title: "Redis: no password",
      entry: () => at(""),
      says: /NOAUTH: it asks for a password; give it in the connection/,
    },
    { title: "Redis: wrong password", entry: () => at(":wr0ng@"), says: /WRONGPASS: it does not know this user/ },
    {
      title: "Redis: no such database",
      entry: () => ({ ...hash, connection: `redis://:s3cret@${redis.address}/99` }),
      says: /the database of the connection cannot be selected; a server has 16/,
    },
    {
      title: "Redis: it answers nothing",
      entry: async () => {
        const proxy = await startProxy(each, { to: redis, faults: { blackHole: true } });
        return { ...hash, connection: `redis://:s3cret@${proxy.address}` };
      },
      timeout: "300",
      says: /it gives no answer within 300 ms; check that it runs, and the network; --timeout waits longer/,
    },
    {
      title: "Redis: something else answers",
      entry: async () => ({ ...hash, connection: (await startHttp(each, json({}))).replace("http", "redis") }),
      says: /what answers is no Redis|the connection was closed|sends replies that nobody asked for/,
    },
    {
      title: "a variable is not set",
      entry: () => http("${NO_SUCH_URL}"),
      says: /the variable NO_SUCH_URL is not set; sources and remote models need it/,
    },
    {
      title: "a variable holds no URL",
      entry: () => http("${PATH}"),
      says: /what url and its variables make is no URL: write http/,
    },
    {
      title: "a file is not there",
      entry: () => ({ ...http("https://localhost:1"), tls: { ca: "/nowhere/ca.pem" } }),
      says: /ENOENT.*\/nowhere\/ca\.pem/,
    },
    { title: "HTTP: nobody listens", entry: () => http("http://127.0.0.1:1"), says: /ECONNREFUSED.*nobody listens/ },
    { title: "HTTP: no such host", entry: () => http("http://nowhere.invalid"), says: /there is no such host; check/ },
    {
      title: "gRPC: nobody listens",
      entry: () => ({ ...grpc, address: "127.0.0.1:1" }),
      says: /UNAVAILABLE: nobody listens at its address \(ECONNREFUSED\); check that it runs/,
    },
    {
      title: "gRPC: it does not describe itself",
      entry: async () => ({ ...grpc, address: (await startServer(each, () => {}, { reflection: false })).address }),
      says: /does not describe itself \(reflection\); name its proto in the source/,
    },
    {
      title: "gRPC: no such method",
      entry: async () => {
        const { address } = await startServer(each, () => {});
        return { ...grpc, address, method: "issuer.v1.Cards/Gt" };
      },
      says: /the service issuer\.v1\.Cards has no method "Gt"; did you mean "Get"\?/,
    },
    {
      title: "gRPC: it does not serve",
      entry: async () => {
        const { address, server } = await startServer(each, () => {});
        new HealthImplementation({ "": "NOT_SERVING" }).addToServer(server);
        return { ...grpc, address };
      },
      says: /the server says that it does not serve \(health\)/,
    },
    {
      title: "a table was never loaded",
      entry: () => ({ kind: "table", key: ["id"] }),
      says: /run verdict table load it FILE/,
    },
  ];

  const failing: readonly Case[] = [
    { title: "Redis: another type", entry: () => at(":s3cret@"), says: /the key holds something else than a hash/ },
    { title: "Redis: no leave", entry: () => at("stranger:strange@"), says: /NOPERM: the ACL of the user/ },
    {
      title: "HTTP 401",
      entry: () => answering(401),
      says: /answers 401: the credentials are missing or not accepted/,
    },
    { title: "HTTP 403", entry: () => answering(403), says: /answers 403: the credentials do not allow it/ },
    { title: "HTTP 405", entry: () => answering(405), says: /answers 405: .*check method of the source/ },
    { title: "HTTP 503", entry: () => answering(503), says: /answers 503: it takes no requests now/ },
    {
      title: "HTTP: it takes its time",
      entry: async () => http(await startHttp(each, () => {})),
      timeout: "300",
      says: /it does not answer in time; see why it is slow/,
    },
    {
      title: "gRPC UNAUTHENTICATED",
      entry: async () => {
        const { address } = await startServer(each, (_, answer) => answer({ code: status.UNAUTHENTICATED }));
        return { ...grpc, address };
      },
      path: "amount",
      says: /answers UNAUTHENTICATED: the credentials are missing or not accepted; check bearer or tls/,
    },
    {
      title: "gRPC UNIMPLEMENTED",
      entry: async () => {
        const { address } = await startServer(each, (_, answer) => answer({ code: status.UNIMPLEMENTED }));
        return { ...grpc, address };
      },
      path: "amount",
      says: /answers UNIMPLEMENTED: it has no such method; check address, and method/,
    },
  ];

  async function check({ entry, path = "value", timeout = "2000", asks }: Omit<Case, "title" | "says">) {
    await place.catalogue({
      sources: { it: await entry() },
      features: {
        id: { from: "request", path: "id", type: "string" },
        value: { from: "it", path, type: "double" },
      },
    });
    const key = asks ? ["--key", "id=1"] : [];
    const { code, sources, text, err } = await place.check("--timeout", timeout, ...key);
    assert.equal(err, "");
    assert.doesNotMatch(text, /s3cret|wr0ng|strange/);
    return { code, report: sources[0]! };
  }

  for (const each of unreachable)
    it(each.title, async () => {
      const { code, report } = await check(each);
      assert.match(report.problem ?? JSON.stringify(report), each.says);
      assert.deepEqual([code, report.reachable], [exitCodes.failed, false]);
    });

  for (const each of failing)
    it(each.title, async () => {
      const { code, report } = await check({ ...each, asks: true });
      assert.match(report.answer?.why ?? JSON.stringify(report), each.says);
      assert.deepEqual([code, report.reachable], [exitCodes.failed, true]);
    });

  it("TLS: a certificate that nobody vouches for, one that expires soon, and none at all", async function () {
    if (certificates === undefined) this.skip();
    const plain = http((await startHttp(each, json({}))).replace("http:", "https:"));
    const cases: readonly [entry: Entry, says: RegExp][] = [
      [await https("selfSigned"), /its certificate is of no trusted authority; name the authority's file in tls\.ca/],
      [plain, /it does not speak TLS; check that the source should/],
    ];
    for (const [entry, says] of cases) {
      const { report } = await check({ entry: () => entry });
      assert.match(report.problem!, says);
    }
    const trusted = await https("server", { ca: certificates.ca.certFile });
    const { code, report } = await check({ entry: () => trusted });
    assert.equal(code, exitCodes.ok);
    assert.match(report.detail!, /^connects with TLSv1\.3, certificate until \d{4}-\d\d-\d\d$/);
    assert.match(report.warnings[0]!, /its certificate expires on .*; it needs a new one/);
  });

  it("warns of a gRPC response without a field", async () => {
    const { address } = await startServer(each, () => {});
    const { code, report } = await check({ entry: () => ({ ...grpc, address }), path: "no_such" });
    assert.equal(code, exitCodes.ok);
    assert.match(report.warnings[0]!, /no_such/);
  });

  it("warns of a table without a column, and of a source slower than its timeout", async () => {
    const file = await place.write("it.jsonl", '{"id":"1","value":"text"}\n');
    await loadTable({ dataDir: place.dataDir, name: "it", file, key: ["id"] });
    const table = { kind: "table", key: ["id"] };
    for (const [path, what] of [
      ["value", "its column value is string"],
      ["other", "it has no column other"],
    ] as const) {
      const { code, report } = await check({ entry: () => table, path });
      assert.equal(code, exitCodes.ok);
      assert.match(
        report.warnings[0]!,
        new RegExp(`^${what}, and a feature wants it as double: run verdict table load it`),
      );
    }
    const proxy = await startProxy(each, { to: redis, faults: { toward: "client", delayMs: 20 } });
    await redis.client({ password: "s3cret" }).hset("slow:1", "value", "1");
    const slow = { ...hash, key: "slow:{id}", timeoutMs: 5, connection: `redis://:s3cret@${proxy.address}` };
    const { code, report } = await check({ entry: () => slow, asks: true });
    assert.equal(code, exitCodes.ok);
    assert.match(
      report.warnings[0]!,
      /^it takes [\d.]+ ms to answer, and its timeoutMs is 5: decisions do not wait for it/,
    );
  });

  it("asks on when one source is down, and skips what its features lead to", async () => {
    const up = await startHttp(each, json({ score: 1 }));
    await place.catalogue({
      sources: {
        down: { ...hash, connection: "redis://127.0.0.1:1" },
        behind: { kind: "http", url: `${up}/{card}` },
        beside: { kind: "http", url: `${up}/{id}` },
      },
      features: {
        id: { from: "request", path: "id", type: "string" },
        card: { from: "down", path: "card", type: "string" },
        score: { from: "behind", path: "$.score", type: "double" },
        other: { from: "beside", path: "$.score", type: "double" },
      },
    });
    const { code, sources } = await place.check("--key", "id=1");
    const [down, behind, beside] = sources;
    assert.deepEqual([code, down!.reachable, beside!.answer!.status], [exitCodes.failed, false, "OK"]);
    assert.deepEqual([behind!.reachable, behind!.answer!.status], [true, "SKIPPED"]);
    const why = /^card from down is missing \(error\): the Redis at 127\.0\.0\.1:1 cannot be asked: .*nobody listens/;
    assert.match(behind!.answer!.why!, why);
    // Also when the one that is down is not told about.
    assert.match((await place.check("behind", "--key", "id=1")).sources[0]!.answer!.why!, why);
  });

  it("tells of models that are not ready, or whose server is down, and of lists that are lost", async () => {
    await place.catalogue({
      sources: {},
      lists: { blocked: { kind: "redis", key: "list:none", connection: `redis://:s3cret@${redis.address}` } },
    });
    await place.model("absent", { address: await startInferenceServer(each, () => {}, { ready: ["fraud"] }) });
    await place.model("dead", { address: "127.0.0.1:1" });
    await place.model("plain", { address: await startInferenceServer(each, () => {}) });
    await place.model("unset", { address: "${NO_SUCH_ADDR}" });
    const { code, sources } = await place.check();
    assert.equal(code, exitCodes.failed);
    const said = new Map(sources.map(({ name, problem, detail }) => [name, problem ?? detail]));
    const expected: readonly [name: string, says: RegExp][] = [
      ["blocked", /the list is lost, or was never made; fill it with verdict list add blocked --create/],
      ["absent/1", /does not have the model absent ready; load it there, or correct runtime\.model/],
      ["dead/1", /UNAVAILABLE: nobody listens at its address/],
      ["plain/1", /^answers$/],
      ["unset/1", /the variable NO_SUCH_ADDR is not set/],
    ];
    for (const [name, says] of expected) assert.match(said.get(name)!, says);
    assert.equal(sources.length, expected.length);
  });

  describe("of aggregates on Redis", () => {
    const set = (variables: Readonly<Record<string, string>>) => {
      Object.assign(process.env, variables);
      each.later(() => {
        for (const name of Object.keys(variables)) delete process.env[name];
      });
    };
    const spend = {
      sources: { spend: { kind: "aggregate", key: ["id"], retain: "1d" } },
      features: {
        id: { from: "request", path: "id", type: "string" },
        count: { from: "spend", aggregate: "count", window: "1d" },
      },
    };

    it("warns where events may be evicted, and refuses a replica", async () => {
      const admin = redis.client({ password: "s3cret" });
      await admin.config("SET", "maxmemory", "100mb", "maxmemory-policy", "allkeys-lru");
      each.later(() => admin.config("SET", "maxmemory", "0"));
      set({ VERDICT_AGGREGATES: "redis", VERDICT_AGGREGATES_CONNECTION: `redis://:s3cret@${redis.address}` });
      await place.catalogue(spend);
      const { code, sources } = await place.check("--key", "id=1");
      assert.equal(code, exitCodes.ok);
      const [counted, store] = sources;
      assert.equal(counted!.answer!.features[0]!.value, 0);
      assert.match(store!.warnings[0]!, /its maxmemory-policy is allkeys-lru.*set it to noeviction/);
      await admin.replicaof("127.0.0.1", 1);
      each.later(() => admin.replicaof("NO", "ONE"));
      const replica = await place.check("aggregates");
      assert.equal(replica.code, exitCodes.failed);
      assert.match(replica.sources[0]!.problem!, /it is a replica, where nothing can be counted; name the master/);
    });
  });
});
