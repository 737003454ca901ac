import assert from "node:assert/strict";
import type { Redis } from "ioredis";
import type { SourceAnswer } from "../../../../src/domain/source.ts";
import type { OpenSource } from "../../../../src/domain/source-kind.ts";
import { redisLists } from "../../../../src/sources/redis/list/definition.ts";
import { type CleanUp, cleanUp } from "../../../support/clean-up.ts";
import { type RedisServer, startRedis } from "../../../support/redis/server.ts";

const mark = "verdict:list";

type Ask = (value: string | number) => Promise<SourceAnswer>;

function askOf({ source, close }: OpenSource, clean: CleanUp): Ask {
  clean.later(close);
  const fetch = source.prepare([{ path: "$", type: "boolean" }]);
  return async (value) =>
    await fetch({
      key: [value],
      event: { requestId: "r", occurredAtMs: 0, attributes: {} },
      include: false,
      signal: AbortSignal.timeout(8_000),
      deadlineMs: performance.now() + 8_000,
      traceparent: "",
    });
}

describe("a list that is a Redis set", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  let redis: RedisServer;
  let admin: Redis;
  let ask: Ask;

  before(async () => {
    redis = await startRedis(clean);
    admin = redis.client();
    ask = open(`redis://${redis.address}`);
  });
  beforeEach(async () => {
    await admin.flushall();
    await admin.sadd("live:list", "c1", "42", "", "Zoë", mark);
  });

  function open(connection: string): Ask {
    const variables: Readonly<Record<string, string>> = { PREFIX: "live" };
    const entry = { kind: "redis", key: "${PREFIX}:list", connection, timeoutMs: 8_000 };
    const environment = { variable: (name: string) => variables[name]!, onProblem: () => {} };
    return askOf(redisLists.open("cards", entry, environment), clean);
  }

  const cases: readonly [value: string | number, listed: boolean][] = [
    ["c1", true],
    ["c2", false],
    ["C1", false],
    [" c1", false],
    [42, true],
    ["42", true],
    [-42, false],
    ["", true],
    ["Zoë", true],
    ["Zoe\u0308", false],
    [mark, false],
    ["x".repeat(65_536), false],
    ["c1 c2\r\nSADD live:list c2", false],
  ];
  for (const [value, listed] of cases)
    it(`${listed ? "has" : "lacks"} ${JSON.stringify(value).slice(0, 40)}`, async () =>
      assert.deepEqual(await ask(value), { status: "OK", values: [listed] }));

  const troubles: readonly [name: string, prepare: () => Promise<unknown>, message: RegExp][] = [
    ["is gone", () => admin.del("live:list"), /the list cards has no member "verdict:list", so it is lost/],
    ["lost its mark", () => admin.srem("live:list", mark), /make it with verdict list add cards --create/],
    [
      "is a text",
      () => admin.set("live:list", "c1"),
      /^Redis answers WRONGTYPE: the key holds something else than a set/,
    ],
    [
      "may not be read",
      async () => {
        await admin.acl("SETUSER", "reader", "on", ">pass", "~other:*", "+@all");
        ask = open(`redis://reader:pass@${redis.address}`);
      },
      /^Redis answers NOPERM: the ACL of the user must allow SMISMEMBER/,
    ],
  ];
  for (const [name, prepare, message] of troubles)
    it(`says what is wrong where it ${name}`, async () => {
      await prepare();
      await assert.rejects(ask("c1"), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /c1/);
        return true;
      });
    });
});

describe("many questions to lists in one turn", () => {
  const clean = cleanUp();

  it("go out as one, with those to other sources of that server", async () => {
    const redis = await startRedis(clean);
    const admin = redis.client();
    await admin.sadd("list", "7", mark);
    const entry = { kind: "redis", key: "list", connection: `redis://${redis.address}`, timeoutMs: 8_000 };
    const environment = { variable: () => "", onProblem: () => {} };
    const asks = ["a", "b"].map((name) => askOf(redisLists.open(name, entry, environment), clean));
    const askAll = () => Promise.all(Array.from({ length: 20 }, (_, at) => asks[at % 2]!(at)));
    await askAll();
    const reads = async () => Number(/total_reads_processed:(\d+)/.exec(await admin.info("stats"))![1]);
    const before = await reads();
    const answers = await askAll();
    assert.equal((await reads()) - before - 1, 1);
    assert.deepEqual(
      answers.map(({ values }) => values[0]),
      answers.map((_, at) => at === 7),
    );
  });
});
