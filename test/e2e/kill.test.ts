import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "../support/child.ts";
import { cleanUp } from "../support/clean-up.ts";
import { featuresOf } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";

const callers = 20;

describe("a killed engine", () => {
  const clean = cleanUp();

  it("has counted what it acknowledged, and counts every event exactly once when all are sent again", async () => {
    const dataDir = await clean.folder();
    const first = await startChild(clean, { dataDir });
    const sent = new Set<string>();
    const acknowledged = new Set<string>();
    const running = Array.from({ length: callers }, async (_, caller) => {
      for (let at = 0; ; at++) {
        const id = `decided-${caller}-${at}`;
        sent.add(id);
        const answer = await first.client.decide(payment(id)).catch(() => undefined);
        if (answer === undefined) return;
        acknowledged.add(id);
      }
    });
    let killed = false;
    async function* history() {
      for (let at = 0; !killed; at++) {
        const id = `recorded-${at}`;
        sent.add(id);
        yield payment(id);
        await sleep(1);
      }
    }
    const recording = assert.rejects(first.client.recordEvents(history()));
    await until(() => acknowledged.size >= 300);
    process.kill(first.pid, "SIGKILL");
    killed = true;
    await Promise.all([...running, recording]);
    assert.equal(await first.exitCode, null);

    const second = await startChild(clean, { dataDir });
    const again = await second.client.recordEvents([...acknowledged].map((id) => payment(id)));
    assert.deepEqual(again, { accepted: 0, duplicates: acknowledged.size, rejected: 0, rejections: [] });
    const counted = Number((await featuresOf(second.client)).customer_count_1d) - 1;
    assert.ok(counted >= acknowledged.size && counted <= sent.size, `${acknowledged.size} ≤ ${counted} ≤ ${sent.size}`);

    const [decided = [], recorded = []] = Object.values(Object.groupBy(sent, (id) => id.split("-")[0]!));
    await second.client.recordEvents(recorded.map((id) => payment(id)));
    await Promise.all(decided.map((id) => second.client.decide(payment(id))));
    const { customer_count_1d, customer_sum_1d, terminal_count_7d } = await featuresOf(second.client);
    assert.deepEqual(
      { customer_count_1d, customer_sum_1d, terminal_count_7d },
      { customer_count_1d: sent.size + 1, customer_sum_1d: 25 * (sent.size + 1), terminal_count_7d: sent.size + 1 },
    );
  });
});
