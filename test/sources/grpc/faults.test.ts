import assert from "node:assert/strict";
import { cleanUp } from "../../support/clean-up.ts";
import { startProxy } from "../../support/faults/proxy.ts";
import { type RunningServer, startServerProcess } from "../../support/faults/server-process.ts";
import { until } from "../../support/until.ts";
import { type Opened, openSource, withProto } from "./support.ts";

const features = [{ path: "risk", type: "double" }] as const;
const good = { status: "OK", values: [0.5] };
const isGood = async (source: Opened) => {
  const answer = await source.fetch(["c"], { forMs: 500 }).catch(() => undefined);
  return answer?.status === "OK";
};

describe("a grpc source whose server breaks", () => {
  const clean = cleanUp();
  let server: RunningServer;
  beforeEach(async () => {
    server = await startServerProcess(clean, new URL("cards-process.ts", import.meta.url));
  });
  const open = (address = server.address) => openSource(clean, { ...withProto, address }, features);

  it("fails fast while it is down, and answers when it is up again", async () => {
    const source = open();
    assert.deepEqual(await source.fetch(), good);
    await server.kill();
    await assert.rejects(source.fetch(), /answers UNAVAILABLE: (nobody listens|the connection broke)/);
    // Not one of them waits for its deadline.
    for (let round = 0; round < 50; round++) await assert.rejects(source.fetch(), /ECONNREFUSED/);
    await server.restart();
    await until(() => isGood(source));
  });

  it("fails what is in flight when it is killed", async () => {
    const source = open();
    assert.deepEqual(await source.fetch(), good);
    await server.freeze();
    const pending = [1, 2, 3].map(() => source.fetch());
    const ends = Promise.allSettled(pending);
    await new Promise((resolve) => setTimeout(resolve, 50));
    await server.kill();
    for (const end of await ends) assert.match(String((end as PromiseRejectedResult).reason), /UNAVAILABLE/);
    await server.restart();
    await until(() => isGood(source));
  });

  it("ends by its deadline while it is frozen, and answers when it goes on", async () => {
    const source = open();
    assert.deepEqual(await source.fetch(), good);
    await server.freeze();
    const answers = await Promise.all(Array.from({ length: 20 }, () => source.fetch(["c"], { forMs: 100 })));
    assert.deepEqual(new Set(answers.map(({ status }) => status)), new Set(["TIMEOUT"]));
    await server.thaw();
    await until(() => isGood(source));
  });

  it("ends by its deadline where connecting gets no answer, and connects when there is a way", async () => {
    const proxy = await startProxy(clean, { to: server, faults: { blackHole: true } });
    const source = open(proxy.address);
    assert.equal((await source.fetch(["c"], { forMs: 100 })).status, "TIMEOUT");
    await proxy.heal();
    await until(() => isGood(source));
  });

  for (const faults of [
    { reset: true },
    { truncateAfterBytes: 60, toward: "client" },
    { resetAfterBytes: 60, toward: "client" },
  ] as const) {
    it(`fails over a connection that breaks (${JSON.stringify(faults)}), and answers over a whole one`, async () => {
      const proxy = await startProxy(clean, { to: server, faults });
      const source = open(proxy.address);
      const answer = await source.fetch(["c"], { forMs: 1_000 }).catch((error: Error) => error);
      if (answer instanceof Error) assert.match(answer.message, /UNAVAILABLE|INTERNAL/);
      else assert.equal(answer.status, "TIMEOUT");
      await proxy.heal();
      await until(() => isGood(source));
    });
  }
});
