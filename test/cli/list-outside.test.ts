import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Redis } from "ioredis";
import { exitCodes } from "../../src/cli/exit.ts";
import { cleanUp } from "../support/clean-up.ts";
import { startRedis } from "../support/redis/server.ts";
import type { Ran } from "../support/run-verdict.ts";
import { runList } from "./support/run-list.ts";

describe("verdict list, of lists that are Redis sets", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  let policies: string;
  let admin: Redis;
  let place: string;

  before(async () => {
    const redis = await startRedis(clean);
    admin = redis.client();
    policies = await clean.folder();
    place = `the set list:blocked in the Redis at ${redis.address}`;
    const connection = `redis://${redis.address}`;
    const lists = {
      blocked: { kind: "redis", key: "list:blocked", connection },
      unreachable: { kind: "redis", key: "list:unreachable", connection: "redis://127.0.0.1:1" },
    };
    await writeFile(path.join(policies, "features.json"), JSON.stringify({ sources: {}, features: {}, lists }));
    await mkdir(path.join(policies, "lists"));
    await writeFile(path.join(policies, "lists", "devices.txt"), "d1\n");
  });
  beforeEach(() => admin.flushall());

  const list = (command: string, ...args: readonly string[]) => runList([command, "--policies", policies, ...args]);
  const ok = (out: string): Ran => ({ code: exitCodes.ok, out, err: "" });

  it("makes one only when told to, and adds, finds and removes entries", async () => {
    const refused = await list("add", "blocked", "c1");
    assert.equal(refused.code, exitCodes.usage);
    assert.equal(
      refused.err,
      `error: the list blocked is lost, or was never made: there is nothing of it in ${place}; fill it with verdict list add blocked --create\n`,
    );
    assert.equal(await admin.exists("list:blocked"), 0);
    assert.deepEqual(await list("add", "blocked", "c1", "c2", "--create"), ok("blocked: 2 added\n"));
    assert.deepEqual((await admin.smembers("list:blocked")).sort(), ["c1", "c2", "verdict:list"]);
    assert.deepEqual(await list("add", "blocked", "c2", "c3"), ok("blocked: 1 added, 1 already there (c2)\n"));
    assert.deepEqual(await list("has", "blocked", "c3"), ok("c3 is in blocked\n"));
    assert.deepEqual(await list("has", "blocked", "c4"), ok("c4 is not in blocked\n"));
    assert.deepEqual(await list("show", "blocked"), ok(`blocked: 3 entries in ${place}\n`));
    assert.deepEqual(
      await list("remove", "blocked", "c1", "c2", "c3", "c4"),
      ok("blocked: 3 removed, 1 not in it (c4)\n"),
    );
    assert.deepEqual(await list("show", "blocked"), ok(`blocked: 0 entries in ${place}\n`));
  });

  it("answers in JSON", async () => {
    assert.deepEqual(
      await list("add", "blocked", "c1", "--create", "--json"),
      ok(`${JSON.stringify({ list: "blocked", place, added: 1, already: 0 })}\n`),
    );
    assert.deepEqual(
      await list("remove", "blocked", "c2", "--json"),
      ok(`${JSON.stringify({ list: "blocked", place, removed: 0, absent: 1 })}\n`),
    );
    assert.deepEqual(
      await list("has", "blocked", "c1", "--json"),
      ok(`${JSON.stringify({ list: "blocked", entry: "c1", listed: true })}\n`),
    );
    assert.deepEqual(
      await list("show", "blocked", "--json"),
      ok(`${JSON.stringify({ lists: [{ name: "blocked", kind: "redis", place, entries: 1, problems: [] }] })}\n`),
    );
  });

  it("adds the entries of a file, more than fit into one command", async () => {
    const file = path.join(await clean.folder(), "many.txt");
    await writeFile(file, Array.from({ length: 2_500 }, (_, at) => `c${at}\n`).join(""));
    assert.deepEqual(await list("add", "blocked", "--create", "--from", file), ok("blocked: 2500 added\n"));
    assert.equal(await admin.scard("list:blocked"), 2_501);
    assert.match((await list("add", "blocked", "--from", file, "new")).out, /^blocked: 1 added, 2500 already there/);
    assert.match((await list("remove", "blocked", "--from", file)).out, /^blocked: 2500 removed\n/);
  });

  it("makes a list of what others put into the set", async () => {
    await admin.sadd("list:blocked", "c1");
    assert.match((await list("has", "blocked", "c1")).err, /is lost, or was never made/);
    assert.deepEqual(await list("add", "blocked", "c1", "--create"), ok("blocked: 0 added, 1 already there (c1)\n"));
    assert.deepEqual(await list("has", "blocked", "c1"), ok("c1 is in blocked\n"));
  });

  it("checks them with those in files, and goes on where one cannot be asked", async () => {
    await list("add", "blocked", "c1", "--create");
    const lost = /unreachable cannot be asked: the Redis at 127\.0\.0\.1:1 cannot be asked: connect ECONNREFUSED/;
    const shown = await list("show");
    assert.equal(shown.code, exitCodes.ok);
    assert.match(shown.out, /^devices: 1 entry; .*\nblocked: 1 entry in the set .*\n/);
    assert.match(shown.out, lost);
    const checked = await list("check");
    assert.equal(checked.code, exitCodes.documents);
    assert.match(checked.err, lost);
    assert.match(checked.err, /features\.json/);
  });

  const refusals: readonly [name: string, args: readonly string[], message: RegExp][] = [
    ["a time", ["add", "blocked", "c1", "--expires", "30d"], /entries of blocked do not expire by themselves/],
    ["a question about a time", ["has", "blocked", "c1", "--at", "2026-01-01"], /have no times: leave --at out/],
    ["the mark as an entry", ["add", "blocked", "verdict:list"], /"verdict:list" is what marks a set as a list/],
    ["a name that is a little off", ["add", "bloked", "c1"], /has no list bloked; did you mean "blocked"\?/],
    ["a server that is down", ["remove", "unreachable", "c1"], /cannot be asked: connect ECONNREFUSED/],
  ];
  for (const [name, args, message] of refusals)
    it(`refuses ${name}`, async () => {
      await admin.sadd("list:blocked", "verdict:list");
      const { code, err } = await list(...(args as [string]));
      assert.notEqual(code, exitCodes.ok);
      assert.match(err, message);
      assert.equal(await admin.scard("list:blocked"), 1);
    });

  it("says so where the key holds something else", async () => {
    await admin.set("list:blocked", "text");
    const { err } = await list("add", "blocked", "c1", "--create");
    assert.match(err, /^Redis answers WRONGTYPE: the key holds something else than a set/);
  });
});
