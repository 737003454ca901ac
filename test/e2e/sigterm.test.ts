import assert from "node:assert/strict";
import { ServiceError } from "../../src/client/service-error.ts";
import { type Child, startChild } from "../support/child.ts";
import { cleanUp } from "../support/clean-up.ts";
import { featuresOf, startEngine } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { watchHealth } from "../support/health.ts";
import { until } from "../support/until.ts";

/** Asks again and again until the server is gone; tells what came back. */
async function decideUntilGone({ client }: Child, caller: number) {
  const answered: string[] = [];
  const codes = new Set<string>();
  for (let at = 0; ; at++) {
    const id = `c${caller}-${at}`;
    try {
      await client.decide(payment(id));
      answered.push(id);
    } catch (error) {
      codes.add(ServiceError.from(error).code);
      return { answered, codes };
    }
  }
}

describe("SIGTERM", () => {
  const clean = cleanUp();

  it("under load: every accepted call is answered, nothing is cut off, the process ends well", async () => {
    const dataDir = await clean.folder();
    const child = await startChild(clean, { dataDir });
    const health = watchHealth(clean, child.address);
    assert.equal(await health.next(), "SERVING");
    const callers = Array.from({ length: 50 }, (_, caller) => decideUntilGone(child, caller));
    await until(async () => Number((await featuresOf(child.client)).customer_count_1d) > 200);
    process.kill(child.pid, "SIGTERM");
    const results = await Promise.all(callers);
    assert.deepEqual([...new Set(results.flatMap(({ codes }) => [...codes]))], ["UNAVAILABLE"]);
    assert.equal(await health.next(), "NOT_SERVING");
    assert.equal(await child.exitCode, 0);

    const answered = results.flatMap((result) => result.answered);
    const { client } = await startEngine(clean, { dataDir });
    const again = await client.recordEvents(answered.map((id) => payment(id)));
    assert.deepEqual(again, { accepted: 0, duplicates: answered.length, rejected: 0, rejections: [] });
  });

  it("with an idle stream open: the stream is refused within the drain time, what it brought is kept", async () => {
    const dataDir = await clean.folder();
    process.env.VERDICT_DRAIN_MS = "300";
    const child = await startChild(clean, { dataDir }).finally(() => delete process.env.VERDICT_DRAIN_MS);
    async function* idle() {
      yield payment("a");
      await child.exitCode;
    }
    const ended = assert.rejects(child.client.recordEvents(idle()), { code: "UNAVAILABLE", reason: "DRAINING" });
    await until(async () => (await featuresOf(child.client)).customer_count_1d === 2);
    process.kill(child.pid, "SIGTERM");
    await ended;
    assert.equal(await child.exitCode, 0);
    const { client } = await startEngine(clean, { dataDir });
    assert.equal((await featuresOf(client)).customer_count_1d, 2);
  });

  it("with nothing to do: the process ends though its health is watched", async () => {
    const child = await startChild(clean);
    const health = watchHealth(clean, child.address);
    assert.equal(await health.next(), "SERVING");
    process.kill(child.pid, "SIGTERM");
    assert.equal(await health.next(), "NOT_SERVING");
    assert.equal(await child.exitCode, 0);
  });
});
