import assert from "node:assert/strict";
import { rename } from "node:fs/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { cleanUp } from "../support/clean-up.ts";
import { until } from "../support/until.ts";
import { type LiveFolder, liveFolder, watch } from "./support/live.ts";

const payments = "policies/payments.json";
const everyMs = 25;

function describeAs(folder: LiveFolder, description: string): Promise<void> {
  return folder.edit(payments, (policy) => {
    policy.description = description;
  });
}

describe("watched documents", () => {
  const clean = cleanUp();
  let folder: LiveFolder;
  beforeEach(async () => {
    folder = await liveFolder(clean);
  });

  it("are taken over by themselves, and only once they stand still: after a series of saves, the last", async () => {
    const { bundles, seen } = await watch(clean, folder, { everyMs: 100 });
    const saves = 60;
    for (let save = 1; save <= saves; save++) {
      const next = (await folder.read(payments)).replace(/^\{("description":"\d+",)?/, `{"description":"${save}",`);
      // Half of them in place and in two halves, the others by renaming.
      if (save % 2 === 0) {
        await folder.write(payments, next.slice(0, next.length / 2));
        await folder.write(payments, next);
      } else {
        await folder.write(`${payments}.tmp`, next);
        await rename(folder.at(`${payments}.tmp`), folder.at(payments));
      }
      await sleep(2);
    }
    const { bundles: reference } = await watch(clean, folder);
    await until(() => bundles.current().digest === reference.current().digest);
    assert.ok(seen.loads <= saves / 4, `${seen.loads} loads for ${saves} saves`);
    assert.deepEqual(seen.rejections, []);
  });

  it("are not believed when they change while they are read", async () => {
    let meddle = async () => {};
    const { bundles, seen } = await watch(clean, folder, { beforeLoad: () => meddle() });
    const before = bundles.current().digest;
    await describeAs(folder, "seen");
    meddle = () => describeAs(folder, "written after the look, and read");
    await bundles.refresh();
    assert.equal(bundles.current().digest, before);
    assert.deepEqual([seen.opened, seen.closed], [2, 1]);
    meddle = () => folder.write(payments, "{");
    await bundles.refresh();
    assert.deepEqual([bundles.current().digest, seen.rejections], [before, []]);
    meddle = async () => {};
    await describeAs(await mended(), "stands still");
    await bundles.refresh();
    assert.deepEqual(seen.swaps, [bundles.current().digest]);
  });

  async function mended(): Promise<LiveFolder> {
    const good = await liveFolder(clean);
    await folder.write(payments, await good.read(payments));
    return folder;
  }

  it("that were refused for a reason outside of them are tried again until it is gone, and told once", async () => {
    let disk: string | undefined;
    const beforeLoad = async () => {
      if (disk !== undefined) throw new Error(disk);
    };
    const { bundles, seen } = await watch(clean, folder, { beforeLoad, everyMs: 2 });
    disk = "no space left on device";
    await describeAs(folder, "anew");
    await until(() => seen.loads >= 4);
    assert.deepEqual(seen.rejections, [disk]);
    assert.deepEqual(
      bundles.state().rejected?.files.map(({ file, change, problems }) => [file, change, problems[0]?.message]),
      [
        ["bundle", "unchanged", disk],
        [payments, "changed", undefined],
      ],
    );
    disk = undefined;
    await until(() => seen.swaps.length === 1);
    assert.equal(bundles.state().rejected, undefined);
  });

  it("close what they replace after the longest deadline and the grace, and not before", async () => {
    const { bundles, seen } = await watch(clean, folder, { graceMs: 1 });
    await folder.edit(payments, (policy) => {
      policy.deadlineMs = 50;
    });
    await bundles.refresh();
    for (let swap = 0; swap < 10; swap++) {
      await describeAs(folder, `swap ${swap}`);
      await bundles.refresh();
    }
    assert.deepEqual([seen.swaps.length, seen.opened], [11, 12]);
    // Only the first has the long deadline of the fixture.
    await until(() => seen.open === 2);
    assert.deepEqual([seen.opened, seen.closed], [12, 10]);
    await bundles.close();
    assert.deepEqual([seen.opened, seen.closed], [12, 12]);
  });

  it("go on when a replaced bundle does not close, and when telling of a swap fails", async () => {
    let tells = 0;
    const { bundles, seen } = await watch(clean, folder, {
      everyMs,
      close: async (bundle) => {
        await bundle.close();
        if (bundle.digest === first) throw new Error("does not close");
      },
      graceMs: -5_000, // The fixture's deadline: at once.
      onSwap: () => {
        tells += 1;
        if (tells === 1) throw new Error("nobody listens");
      },
    });
    const first = bundles.current().digest;
    for (const swap of [1, 2]) {
      await describeAs(folder, `swap ${swap}`);
      await until(() => tells === swap);
    }
    await until(() => seen.closed === 2);
    assert.deepEqual(
      seen.troubles.map((error) => (error as Error).message),
      ["nobody listens", "does not close"],
    );
  });

  it("are not looked at any more once closed, also in the midst of a look", async () => {
    for (let attempt = 0; attempt < 10; attempt++) {
      const { bundles, seen } = await watch(clean, folder, { everyMs: 1 });
      await describeAs(folder, `attempt ${attempt}`);
      await sleep(attempt / 2);
      const refreshing = bundles.refresh();
      await bundles.close();
      await refreshing;
      const { loads, opened, closed } = seen;
      assert.equal(closed, opened);
      await sleep(10);
      assert.equal(seen.loads, loads);
    }
  });
});
