import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { checkConsistency } from "./consistency.ts";
import { query, start } from "./open-store.ts";

const visits = { source: "terminal_visits", retainMs: 1e9 };
const everything = { windowMs: 1e9 };

describe("several processes on one LMDB store", () => {
  let folder: string;
  let path: string;
  let acknowledged: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdict-aggregate-"));
    path = join(folder, "store");
    acknowledged = join(folder, "acknowledged");
  });

  afterEach(() => rm(folder, { recursive: true }));

  it("count the same events once together", async function () {
    this.timeout(60_000);
    const events = 1500;
    const steps = [1, 7, 11, events - 1];
    const children = steps.map((step) => hammer("same ", events, step));
    const codes = await Promise.all(children.map(async (child) => (await once(child, "exit"))[0]));
    assert.deepEqual(codes, [0, 0, 0, 0]);

    const answers = await acknowledgements();
    assert.equal(answers.length, 4 * events);
    const accepted = answers.filter(([, answer]) => answer === "accepted").map(([id]) => id);
    assert.equal(accepted.length, events);
    assert.equal(new Set(accepted).size, events);

    const store = openAggregateStore({ path });
    const ask = [query("count", everything), query("sum", { ...everything, of: "label" })];
    assert.deepEqual(await store.read(visits, ["t1"], start + events, ask), [events, events / 3]);
    await store.close();
    await checkConsistency(path);
  });

  it("lose no acknowledged event when one of them is killed", async function () {
    this.timeout(60_000);
    const survivor = openAggregateStore({ path });
    for (const round of [1, 2, 3]) {
      const child = hammer(`${round} `, 1_000_000, 1);
      const exited = once(child, "exit");
      await untilAcknowledged(round * 400);
      child.kill("SIGKILL");
      assert.deepEqual(await exited, [null, "SIGKILL"]);
      const contributions = [{ spec: visits, key: ["t1"], value: undefined }];
      assert.equal(await survivor.count({ requestId: `s${round}`, occurredAtMs: start, contributions }), "accepted");
    }
    const acknowledgedIds = (await acknowledgements()).map(([id]) => id);
    const counted = await survivor.read(visits, ["t1"], start + 1e6, [query("count", everything)]);
    await survivor.close();
    await checkConsistency(path);

    const store = openAggregateStore({ path });
    const contributions = [{ spec: visits, key: ["t1"], value: undefined }];
    const again = await Promise.all(
      acknowledgedIds.map((requestId) => store.count({ requestId, occurredAtMs: start, contributions })),
    );
    assert.deepEqual(new Set(again), new Set(["duplicate"]));
    assert.deepEqual(await store.read(visits, ["t1"], start + 1e6, [query("count", everything)]), counted);
    // Each killed process may have counted one more event than it wrote down.
    const least = acknowledgedIds.length + 3;
    assert.ok(least <= counted[0]! && counted[0]! <= least + 3, `${least} acknowledged, ${counted[0]} counted`);
    await store.close();
  });

  function hammer(prefix: string, events: number, step: number): ChildProcess {
    const script = fileURLToPath(import.meta.resolve("./hammer.ts"));
    const args = [script, path, prefix, String(events), String(step), acknowledged];
    return spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  }

  /** Ids and answers; a line that the killed process had not finished is none. */
  async function acknowledgements(): Promise<[id: string, answer: string][]> {
    const lines = (await readFile(acknowledged, "utf8").catch(() => "")).split("\n").slice(0, -1);
    return lines.map((line) => {
      const at = line.lastIndexOf(" ");
      return [line.slice(0, at), line.slice(at + 1)];
    });
  }

  async function untilAcknowledged(events: number): Promise<void> {
    while ((await acknowledgements()).length < events) await setTimeout(5);
  }
});
