import assert from "node:assert/strict";
import { cp, mkdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { metric, type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, noon, payment } from "../support/fixtures.ts";

interface Status {
  readonly digest: string;
  readonly lists: readonly {
    readonly name: string;
    readonly problem?: string;
    readonly loaded?: { entries: number };
  }[];
}

describe("lists that change while the engine runs", () => {
  const clean = cleanUp();
  let policiesDir: string;
  let listFile: string;

  beforeEach(async () => {
    policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    listFile = path.join(policiesDir, "lists", "blocked.txt");
    await mkdir(path.dirname(listFile));
    const file = path.join(policiesDir, "payments.json");
    const policy = JSON.parse(await readFile(file, "utf8"));
    policy.rules.push({
      name: "blocked",
      conditions: { all: [{ fact: "customer_id", operator: "inList", value: "blocked" }] },
      event: { type: "decline" },
    });
    await writeFile(file, JSON.stringify(policy));
  });

  const start = () => startEngine(clean, { policiesDir, reloadMs: 60_000 });
  const statusOf = async ({ httpAddress }: RunningEngine) =>
    (await (await fetch(`http://${httpAddress}/status`)).json()) as Status;

  it("are asked in their new state at once, the policy being the same", async () => {
    await writeFile(listFile, "# nobody\n");
    const engine = await start();
    const outcome = async (id: string) => (await engine.client.decide(payment(id))).outcome;
    const { digest } = await statusOf(engine);
    assert.equal(await outcome("before"), "approve");
    await writeFile(listFile, "mallory\nalice\n");
    await engine.engine.lists.refresh();
    assert.equal(await outcome("added"), "decline");
    await writeFile(listFile, "mallory\n");
    await engine.engine.lists.refresh();
    assert.equal(await outcome("removed"), "approve");
    await engine.engine.bundles.refresh();
    assert.equal((await statusOf(engine)).digest, digest);
    assert.equal(await metric(engine.httpAddress, 'verdict_list_entries{list="blocked"}'), 1);
  });

  it("lose entries at the time of the event that they say", async () => {
    await writeFile(listFile, `alice\t${new Date(noon).toISOString()}\n`);
    const { client } = await start();
    assert.equal((await client.decide(payment("at noon"))).outcome, "approve");
    assert.equal((await client.decide(payment("just before", {}, noon - 1))).outcome, "decline");
  });

  it("keep their last good state where the new one is bad, and it is told", async () => {
    await writeFile(listFile, "alice\n");
    const engine = await start();
    await writeFile(listFile, "alice\ttomorrow\n");
    await engine.engine.lists.refresh();
    assert.equal((await engine.client.decide(payment("still"))).outcome, "decline");
    assert.match((await statusOf(engine)).lists[0]?.problem ?? "", /blocked\.txt:1: .*is not a time/);
    assert.equal(await metric(engine.httpAddress, 'verdict_list_rejected{list="blocked"}'), 1);
    await rm(listFile);
    await engine.engine.lists.refresh();
    assert.equal((await engine.client.decide(payment("gone"))).outcome, "decline");
  });

  it("are refused when the engine starts with a bad one, or with none of that name", async () => {
    await writeFile(listFile, "alice\ttomorrow\n");
    await assert.rejects(start(), /blocked\.txt:1: .*is not a time/);
    await rm(listFile);
    await assert.rejects(start(), /there is no list "blocked"/);
  });
});
