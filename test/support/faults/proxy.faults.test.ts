import assert from "node:assert/strict";
import { createServer } from "node:http";
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp } from "../clean-up.ts";
import { connected, startEngine } from "../engine.ts";
import { payment } from "../fixtures.ts";
import { until } from "../until.ts";
import type { Faults } from "./faults.ts";
import { freePort } from "./free-port.ts";
import { startProxy } from "./proxy.ts";
import { startEcho, talkTo } from "./talk.ts";

describe("the fault proxy", () => {
  const clean = cleanUp();
  const between = async (faults: Faults = {}, seed = 1) => {
    const echo = await startEcho(clean);
    const proxy = await startProxy(clean, { to: echo, faults, seed });
    return { echo, proxy, talk: () => talkTo(clean, proxy) };
  };
  /** How long an answer took, at least: a fault may delay, a busy machine delays more. */
  const timed = async (work: () => Promise<unknown>) => {
    const startMs = performance.now();
    await work();
    return performance.now() - startMs;
  };
  /** Long enough for an answer that will come to have come. */
  const aWhile = () => sleep(60);

  it("changes nothing when it has no faults, and counts", async () => {
    const { proxy, echo, talk } = await between();
    const one = talk();
    const text = "x".repeat(3_000_000);
    one.send(text);
    await one.heard(text);
    one.end();
    assert.equal(await one.finished, "end");
    assert.deepEqual(echo.endings(), ["end"]);
    await until(() => proxy.counts().open === 0);
    assert.deepEqual(proxy.counts(), { connections: 1, open: 0, bytesToServer: 3_000_000, bytesToClient: 3_000_000 });
  });

  it("delays each direction, keeps the order, and delays chunks side by side", async () => {
    const { talk } = await between({ delayMs: 150 });
    const one = talk();
    const tookMs = await timed(async () => {
      for (const each of "abcdefghijklmnopqrst") {
        one.send(each);
        await sleep(5);
      }
      await one.heard("abcdefghijklmnopqrst");
    });
    assert.ok(tookMs >= 300, `${tookMs}`);
    assert.ok(tookMs < 20 * 300, `${tookMs}: one after the other`);
  });

  it("delays one direction only when told which", async () => {
    const { echo, talk } = await between({ delayMs: 3_600_000, toward: "client" });
    const one = talk();
    one.send("a");
    await until(() => echo.heard() === "a");
    await aWhile();
    assert.equal(one.all(), "");
  });

  it("adds jitter: no two answers are equally late", async () => {
    const { talk } = await between({ jitterMs: 200, toward: "client" }, 5);
    const one = talk();
    const times: number[] = [];
    let sent = "";
    for (const each of ["a", "b", "c", "d"]) {
      sent += each;
      times.push(
        await timed(async () => {
          one.send(each);
          await one.heard(sent);
        }),
      );
    }
    assert.ok(new Set(times.map((ms) => Math.round(ms / 10))).size > 1, `${times}`);
  });

  it("is a black hole: accepts, forwards nothing, stays open; healed, it delivers what was held", async () => {
    const { echo, proxy, talk } = await between();
    const old = talk();
    old.send("a");
    await old.heard("a");
    await proxy.set({ blackHole: true });
    const fresh = talk();
    for (const each of [old, fresh]) each.send("b");
    fresh.end();
    await aWhile();
    assert.deepEqual([echo.heard(), old.all(), fresh.all(), proxy.counts().open], ["a", "a", "", 2]);
    await proxy.heal();
    await Promise.all([old.heard("ab"), fresh.heard("b")]);
    assert.equal(await fresh.finished, "end");
  });

  it("refuses new connections, keeps the open ones, and takes new ones when healed", async () => {
    const { proxy, talk } = await between();
    const old = talk();
    old.send("a");
    await old.heard("a");
    await proxy.set({ refuse: true });
    assert.equal(await talk().finished, "ECONNREFUSED");
    old.send("b");
    await old.heard("ab");
    await proxy.heal();
    const fresh = talk();
    fresh.send("c");
    await fresh.heard("c");
  });

  it("resets open connections at once and new ones when they are accepted", async () => {
    const { echo, proxy, talk } = await between();
    const old = talk();
    old.send("a");
    await old.heard("a");
    await proxy.set({ reset: true });
    assert.equal(await old.finished, "ECONNRESET");
    await until(() => echo.endings().includes("ECONNRESET"));
    assert.equal(await talk().finished, "ECONNRESET");
  });

  it("resets after so many bytes, counted from the change", async () => {
    const { proxy, talk } = await between();
    const one = talk();
    one.send("before");
    await one.heard("before");
    await proxy.set({ resetAfterBytes: 4, toward: "client" });
    one.send("123456");
    assert.equal(await one.finished, "ECONNRESET");
    assert.equal(one.all(), "before1234");
  });

  it("closes one half: the client hears the end, the server still hears the client", async () => {
    const { echo, proxy, talk } = await between();
    const one = talk();
    one.send("a");
    await one.heard("a");
    await proxy.set({ halfClose: true, toward: "client" });
    assert.equal(await one.finished, "end");
    one.send("b");
    await until(() => echo.heard() === "ab");
    assert.equal(one.all(), "a");
    assert.deepEqual(echo.endings(), []);
  });

  it("throttles", async () => {
    const { proxy, talk } = await between({ throttleBytesPerS: 10_000, toward: "client" });
    const one = talk();
    const tookMs = await timed(async () => {
      one.send("x".repeat(2000));
      await one.heard("x".repeat(2000));
    });
    // The last piece is not waited after.
    assert.ok(tookMs >= 180, `${tookMs}`);
    one.send("y".repeat(1_000_000));
    await until(() => one.all().length > 2000);
    await proxy.heal();
    await until(() => one.all().length === 1_002_000);
  });

  it("truncates: so many bytes arrive, then the end", async () => {
    const { talk } = await between({ truncateAfterBytes: 7, toward: "client" });
    const one = talk();
    one.send("12345");
    await one.heard("12345");
    one.send("67890");
    assert.equal(await one.finished, "end");
    assert.equal(one.all(), "1234567");
  });

  it("strikes the same share of connections in every run with the same seed", async () => {
    const ends = async (seed: number) => {
      const { talk } = await between({ resetAfterBytes: 1, probability: 0.5 }, seed);
      const seen: string[] = [];
      for (let at = 0; at < 20; at++) {
        const one = talk();
        one.send("a");
        seen.push(await Promise.race([one.finished, one.heard("a").then(() => "answered")]));
      }
      return seen.map((each) => (each === "answered" ? "·" : "×")).join("");
    };
    const [first, again, other] = [await ends(1), await ends(1), await ends(2)];
    assert.equal(first, again);
    assert.notEqual(first, other);
    const struck = first.split("×").length - 1;
    assert.ok(struck > 3 && struck < 17, first);
  });

  it("strikes a share of the answers of one connection", async () => {
    const { proxy, talk } = await between({ delayMs: 100, toward: "client", probability: 0.5, each: "chunk" });
    const one = talk();
    const slow: boolean[] = [];
    let sent = "";
    for (let at = 0; at < 12; at++) {
      sent += "a";
      slow.push(
        (await timed(async () => {
          one.send("a");
          await one.heard(sent);
        })) >= 100,
      );
    }
    assert.equal(proxy.counts().connections, 1);
    assert.deepEqual(new Set(slow), new Set([true, false]));
  });

  it("shows a server that is down as a reset", async () => {
    const proxy = await startProxy(clean, { to: { host: "127.0.0.1", port: await freePort() } });
    assert.equal(await talkTo(clean, proxy).finished, "ECONNRESET");
  });

  it("refuses senseless numbers by name", async () => {
    const { proxy } = await between();
    const cases: readonly [Faults, RegExp][] = [
      [{ delayMs: -1 }, /delayMs must be 0 or more, not -1/],
      [{ jitterMs: Number.NaN }, /jitterMs must be 0 or more, not NaN/],
      [{ throttleBytesPerS: 0 }, /throttleBytesPerS must be over 0/],
      [{ probability: 2 }, /probability must be at most 1, not 2/],
    ];
    for (const [faults, message] of cases) await assert.rejects(proxy.set(faults), { name: "RangeError", message });
  });

  it("carries HTTP: an answer cut short is an error of the client, and the next is whole", async () => {
    const server = createServer((_request, response) => response.end("x".repeat(1000)));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    clean.later(() => server.close());
    clean.later(() => server.closeAllConnections());
    const { port } = server.address() as { port: number };
    const proxy = await startProxy(clean, {
      to: { host: "127.0.0.1", port },
      faults: { truncateAfterBytes: 500, toward: "client" },
    });
    const get = async () => (await fetch(`http://${proxy.address}`, { headers: { connection: "close" } })).text();
    await assert.rejects(get(), /terminated|other side closed/);
    await proxy.heal();
    assert.equal(await get(), "x".repeat(1000));
  });

  it("carries gRPC: a call over a frozen line is answered when the line heals", async () => {
    const engine = await startEngine(clean);
    const [host, port] = engine.grpcAddress.split(":");
    const proxy = await startProxy(clean, { to: { host: host!, port: Number(port) } });
    const client = connected(clean, proxy.address);
    await client.waitUntilReady(5000);
    await proxy.set({ blackHole: true });
    let answered = false;
    const call = client.decide({ ...payment("through the proxy"), dry_run: true }).finally(() => {
      answered = true;
    });
    await aWhile();
    assert.equal(answered, false);
    await proxy.heal();
    assert.equal((await call).request_id, "through the proxy");
  });
});
