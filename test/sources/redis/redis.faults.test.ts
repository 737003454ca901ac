import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import type { Socket } from "node:net";
import { cleanUp } from "../../support/clean-up.ts";
import type { Faults } from "../../support/faults/faults.ts";
import { memoryTrend } from "../../support/faults/memory.ts";
import { startProxy, type Proxy as TcpProxy } from "../../support/faults/proxy.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { type Ask, askUntilAnswered, openRedis, shown } from "./support.ts";

const features = [
  { path: "n", type: "integer" },
  { path: "text", type: "string" },
] as const;
const ids = Array.from({ length: 50 }, (_, at) => `c${at}`);
const text = "x".repeat(500);

describe("a redis source with a fault on the line", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  const warnings: string[] = [];
  const unhandled: unknown[] = [];
  let redis: RedisServer;
  let proxy: TcpProxy;
  let ask: Ask;

  before(async () => {
    const onWarning = ({ message }: Error) => warnings.push(message);
    const onUnhandled = (reason: unknown) => unhandled.push(reason);
    process.on("warning", onWarning);
    process.on("unhandledRejection", onUnhandled);
    clean.later(() => process.off("warning", onWarning));
    clean.later(() => process.off("unhandledRejection", onUnhandled));
    redis = await startRedis(clean);
    for (const [n, id] of ids.entries()) await redis.client().hset(`customer:${id}`, { n, text });
    proxy = await startProxy(clean, { to: redis });
    ask = openRedis(clean, `redis://${proxy.address}`, { timeoutMs: 200 }).prepare(features);
    await ask(["c0"]);
  });
  afterEach(() => {
    assert.deepEqual(warnings, []);
    assert.deepEqual(unhandled, []);
  });

  /** Asks for all, each given up after a while. @returns how many were answered; each rightly. */
  async function round(waitMs: number): Promise<number> {
    const signals = ids.map(() => AbortSignal.timeout(waitMs));
    const settled = await Promise.allSettled(ids.map((id, at) => ask([id], signals[at])));
    for (const [at, result] of settled.entries()) {
      if (result.status === "fulfilled") assert.deepEqual(shown(result.value), [at, text]);
      else assert.ok(result.reason instanceof Error);
    }
    for (const signal of signals) assert.equal(getEventListeners(signal, "abort").length, 0);
    return settled.filter(({ status }) => status === "fulfilled").length;
  }

  const faults: readonly [name: string, faults: Faults, answered: "all" | "none" | "any"][] = [
    ["slow", { delayMs: 30, jitterMs: 30 }, "all"],
    ["slower than anybody waits", { delayMs: 400 }, "none"],
    ["a black hole", { blackHole: true }, "none"],
    ["a black hole for the answers", { blackHole: true, toward: "client" }, "none"],
    ["reset", { reset: true }, "none"],
    ["reset in the middle of an answer", { resetAfterBytes: 1000, toward: "client" }, "any"],
    ["cut off in the middle of an answer", { truncateAfterBytes: 1000, toward: "client" }, "any"],
    ["half closed by the server", { halfClose: true, toward: "client" }, "none"],
    ["dripping", { throttleBytesPerS: 2_000, toward: "client" }, "any"],
    ["reset at random", { reset: true, probability: 0.5 }, "any"],
  ];
  for (const [name, fault, answered] of faults)
    it(`ends all fetches in their time on a line that is ${name}, and answers rightly after it`, async () => {
      await proxy.set(fault);
      const counts = [await round(250), await round(250), await round(250)];
      if (answered === "all") assert.deepEqual(counts, [50, 50, 50]);
      if (answered === "none") assert.deepEqual(counts, [0, 0, 0]);
      await proxy.heal();
      await askUntilAnswered(() => ask(["c0"], AbortSignal.timeout(250)));
      assert.equal(await round(5_000), ids.length);
    });

  it("ends all fetches when the server is refused, and answers again when it is back", async () => {
    await proxy.set({ refuse: true, reset: true });
    assert.equal(await round(250), 0);
    await assert.rejects(
      ask(["c0"]),
      /cannot be asked: (connect ECONNREFUSED|read ECONNRESET|the connection was closed)/,
    );
    await proxy.heal();
    await askUntilAnswered(() => ask(["c0"]));
    assert.equal(await round(5_000), ids.length);
  });

  it("leaves nothing behind over 10,000 fetches, half of them given up", async () => {
    const sockets = () => {
      const all = (process as unknown as { _getActiveHandles(): unknown[] })._getActiveHandles() as Socket[];
      return all.filter(({ remotePort }) => remotePort === proxy.port);
    };
    const listeners = () =>
      sockets().map((socket) => socket.eventNames().map((name) => [name, socket.listenerCount(name)]));
    await round(5_000);
    const before = listeners();
    assert.equal(before.length, 1);
    const { growth } = await memoryTrend(
      async () => {
        for (let turn = 0; turn < 10; turn++) {
          const controllers = ids.map(() => new AbortController());
          const asked = Promise.allSettled(ids.map((id, at) => ask([id], controllers[at]!.signal)));
          // Some before they are sent, some on their way.
          for (const controller of controllers.slice(0, 10)) controller.abort();
          await new Promise((resolve) => setImmediate(resolve));
          for (const controller of controllers.slice(10, 25)) controller.abort();
          const settled = await asked;
          assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 25);
          for (const { signal } of controllers) assert.equal(getEventListeners(signal, "abort").length, 0);
        }
      },
      { rounds: 20, warmUp: 5 },
    );
    assert.ok(growth < 0.05, `memory grew by ${growth}`);
    await round(5_000);
    assert.deepEqual(listeners(), before);
    assert.equal(await redis.client().dbsize(), ids.length);
  });
});
