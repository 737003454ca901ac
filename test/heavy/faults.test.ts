import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp } from "../support/clean-up.ts";
import type { Faults } from "../support/faults/faults.ts";
import { memoryTrend } from "../support/faults/memory.ts";
import { openLoop } from "../support/open-loop.ts";
import { checkStruck, lateAfterMs } from "../support/stage/check-struck.ts";
import { people, personOf } from "../support/stage/people.ts";
import { openStage, type Stage, sharedTargetNames, targetNames } from "../support/stage/stage.ts";
import { askAbout, strike } from "../support/stage/strike.ts";
import { breakNames } from "../support/stage/target.ts";
import { type Cell, printMatrix } from "./faults/print-matrix.ts";

const cells: Cell[] = [];
after(() => printMatrix(cells));

for (const [aggregates, names] of [
  ["embedded", targetNames],
  ["redis", sharedTargetNames],
] as const)
  describe(`an engine whose sources break under load, aggregates ${aggregates}`, function () {
    this.timeout(60_000);
    // Where the machine stalls for a second, a cell fails of which nothing is wrong: it is tried again.
    this.retries(2);
    const clean = cleanUp(after);
    let stage: Stage;
    before(async () => {
      stage = await openStage(clean, aggregates);
    });

    for (const name of names)
      for (const breakName of breakNames)
        it(`answers every call in time, marks what is missing, and recovers: ${name}, ${breakName}`, async function () {
          const target = stage.targets.get(name)!;
          const how = target.breaks[breakName];
          if ("impossible" in how) {
            cells.push({ name, breakName, how });
            return this.skip();
          }
          const { targets } = stage;
          const struck = await strike({ client: stage.engine.client, targets, target, how });
          cells.push({ name, breakName, how, struck });
          checkStruck(struck, how);
        });

    it("answers in time and keeps no memory when all that is behind a network fails, again and again", async () => {
      const { engine, proxies } = stage;
      const failures: unknown[] = [];
      let [answers, late] = [0, 0];
      const each = async (faults: Faults) => {
        await Promise.all(proxies.map((proxy) => proxy.set(faults)));
        await sleep(300);
      };
      const { growth, bytesPerRound, usedBytes } = await memoryTrend(
        async () => {
          const load = openLoop({
            perSecond: 200,
            maxInFlight: 200,
            async send(index) {
              try {
                const { elapsed_ms } = await askAbout(engine.client, personOf(index % people));
                answers += 1;
                if (elapsed_ms > lateAfterMs) late += 1;
              } catch (error) {
                failures.push(error);
              }
            },
          });
          for (const faults of [{ blackHole: true }, { reset: true }, { delayMs: 500 }, { refuse: true }, {}])
            await each(faults);
          await load.stop();
        },
        { rounds: 8, warmUp: 4 },
      );
      const [first, last] = [usedBytes[0]!, usedBytes.at(-1)!].map((bytes) => (bytes / 2 ** 20).toFixed(1));
      process.stdout.write(
        `    all at once: ${answers} answers, ${failures.length} failed calls, ${late} late; ` +
          `${first} → ${last} MB in use, ${Math.round(bytesPerRound / 1024)} KB a round\n`,
      );
      assert.deepEqual(failures, []);
      assert.equal(late, 0);
      assert.ok(growth < 0.1, `memory grew by ${growth}: ${usedBytes}`);
    });
  });
