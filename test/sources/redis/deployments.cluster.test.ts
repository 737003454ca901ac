import assert from "node:assert/strict";
import type { Cluster, Redis } from "ioredis";
import type { ConnectionEntry } from "../../../src/sources/redis/connection-entry.ts";
import { type CleanUp, cleanUp } from "../../support/clean-up.ts";
import type { ServerProcess } from "../../support/faults/process.ts";
import { startRedisCluster } from "../../support/redis/cluster.ts";
import { startSentinel } from "../../support/redis/sentinel.ts";
import { startRedis } from "../../support/redis/server.ts";
import { until } from "../../support/until.ts";
import { type Ask, askUntilAnswered, openRedis, shown } from "./support.ts";

interface Deployment {
  readonly connection: ConnectionEntry;
  readonly client: Redis | Cluster;
  /** The server that has the key now. */
  ownerOf(key: string): Promise<ServerProcess>;
  /** Whether another takes over from a server that is gone. */
  readonly failsOver: boolean;
}

const deployments: readonly [name: string, start: (clean: CleanUp) => Promise<Deployment>][] = [
  [
    "a single server",
    async (clean) => {
      const server = await startRedis(clean);
      return {
        connection: `redis://${server.address}`,
        client: server.client(),
        ownerOf: async () => server,
        failsOver: false,
      };
    },
  ],
  [
    "a master with sentinels",
    async (clean) => {
      const group = await startSentinel(clean);
      const { host, port } = group.sentinel;
      return {
        connection: { sentinels: [`${host}:${port}`], name: group.name },
        client: group.client(),
        ownerOf: () => group.master(),
        failsOver: true,
      };
    },
  ],
  [
    "a cluster",
    async (clean) => {
      const cluster = await startRedisCluster(clean);
      const nodes = cluster.addresses.map(({ host, port }) => `${host}:${port}`);
      return {
        connection: { nodes: [nodes.join(",")] },
        client: cluster.client(),
        ownerOf: (key) => cluster.masterOf(key),
        failsOver: true,
      };
    },
  ],
];

const features = [
  { path: "n", type: "integer" },
  { path: "absent", type: "string" },
] as const;
const keys = Array.from({ length: 200 }, (_, at) => `c${at}`);

for (const [name, start] of deployments)
  describe(`a redis source on ${name}`, function () {
    this.timeout(60_000);
    const clean = cleanUp();
    let deployment: Deployment;
    let ask: Ask;
    const problems: string[] = [];
    beforeEach(async () => {
      deployment = await start(clean);
      for (const [n, key] of keys.entries()) await deployment.client.hset(`customer:${key}`, "n", n);
      await deployment.client.set("customer:text", "t");
      problems.length = 0;
      // Frozen servers are given up soon.
      const options = { onProblem: (source: string, problem: string) => problems.push(`${source}: ${problem}`) };
      ask = openRedis(clean, deployment.connection, { timeoutMs: 300 }, options).prepare(features);
      assert.deepEqual(shown((await askUntilAnswered(() => ask(["c0"]))).answer), [0, "[not_found]"]);
    });

    const askAll = () => Promise.allSettled(keys.map((key) => ask([key], AbortSignal.timeout(300))));

    it("reads what is there, says what is not, and fails on what is something else", async () => {
      const answers = await Promise.all([...keys, "nobody"].map((key) => ask([key])));
      assert.deepEqual(
        answers.map((answer) => shown(answer)[0]),
        [...keys.keys(), "[not_found]"],
      );
      assert.equal(answers.at(-1)!.status, "NOT_FOUND");
      await assert.rejects(ask(["text"]), /layout "hash"/);
    });

    for (const how of ["kill", "freeze"] as const)
      it(`ends every fetch in its time after a ${how} of the server, says so once, and answers again`, async () => {
        const owner = await deployment.ownerOf("customer:c0");
        await owner[how]();
        const untilMs = performance.now() + 1_500;
        while (performance.now() < untilMs) {
          assert.equal((await askAll()).length, keys.length);
        }
        assert.equal(problems.length, 1, problems.join("\n"));
        assert.match(problems[0]!, /^store: the Redis .* cannot be asked: .*; it is tried again/);
        if (!deployment.failsOver) await (how === "kill" ? owner.restart() : owner.thaw());
        const { answer } = await askUntilAnswered(() => ask(["c0"], AbortSignal.timeout(300)));
        // A server that was restarted is empty.
        assert.equal(shown(answer)[0], how === "kill" && !deployment.failsOver ? "[not_found]" : 0);
        // The nodes of a cluster learn of the new master one after the other, and until then refuse to answer.
        await until(async () => (await askAll()).every(({ status }) => status === "fulfilled"));
        if (deployment.failsOver) await (how === "kill" ? owner.restart() : owner.thaw());
      });
  });

describe("a redis source on servers that are not there", () => {
  const clean = cleanUp();
  const nowhere: readonly [name: string, connection: ConnectionEntry, message: RegExp][] = [
    [
      "a single server",
      "redis://:secret@127.0.0.1:1",
      /the Redis at 127\.0\.0\.1:1 cannot be asked: connect ECONNREFUSED/,
    ],
    [
      "a host that no one knows",
      "redis://nowhere.invalid",
      /the Redis at nowhere\.invalid:6379 cannot be asked: getaddrinfo (ENOTFOUND|EAI_AGAIN)/,
    ],
    [
      "sentinels",
      { sentinels: ["127.0.0.1:1"], name: "m", password: "secret" },
      /the Redis "m" of the sentinels 127\.0\.0\.1:1 cannot be asked: .*(ECONNREFUSED|sentinel)/,
    ],
    [
      "a cluster",
      { nodes: ["127.0.0.1:1", "127.0.0.1:2"], password: "secret" },
      /the Redis Cluster of 127\.0\.0\.1:1, 127\.0\.0\.1:2 cannot be asked: /,
    ],
  ];
  for (const [name, connection, message] of nowhere)
    it(`opens, fails fast, and says it once: ${name}`, async () => {
      const problems: string[] = [];
      const ask = openRedis(clean, connection, {}, { onProblem: (_, problem) => problems.push(problem) }).prepare(
        features,
      );
      for (let again = 0; again < 20; again++)
        await assert.rejects(ask(["c0"]), (error: Error) => {
          assert.match(error.message, message);
          assert.doesNotMatch(error.message, /secret/);
          return true;
        });
      assert.equal(problems.length, 1, problems.join("\n"));
    });
});
