import assert from "node:assert/strict";
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";

interface PolicyFile {
  default: string;
  outcomes: string[];
  tests?: object[];
}

describe("documents that change while the engine runs", () => {
  const clean = cleanUp();
  let policiesDir: string;
  let policyFile: string;
  let engine: RunningEngine;

  beforeEach(async () => {
    policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    policyFile = path.join(policiesDir, "payments.json");
    engine = await startEngine(clean, { policiesDir, reloadMs: 60_000 });
  });

  const status = async () =>
    (await (await fetch(`http://${engine.httpAddress}/status`)).json()) as Record<string, unknown>;
  const refresh = () => engine.engine.bundles.refresh();
  const outcome = async (id: string) => (await engine.client.decide(payment(id))).outcome;
  const metric = async () => (await engine.engine.metrics.render()).text.match(/^verdict_bundle_rejected (\d)/m)?.[1];

  async function edit(change: (policy: PolicyFile) => void): Promise<void> {
    const policy = JSON.parse(await readFile(policyFile, "utf8")) as PolicyFile;
    change(policy);
    await writeFile(policyFile, JSON.stringify(policy));
  }

  it("decide once they are good", async () => {
    assert.equal(await outcome("before"), "approve");
    const { digest } = await status();
    await edit((policy) => {
      policy.default = policy.outcomes[0]!;
      policy.tests = [];
    });
    await refresh();
    assert.equal(await outcome("after"), "decline");
    assert.notEqual((await status()).digest, digest);
  });

  const refused: readonly [what: string, break_: () => Promise<void>, reason: RegExp][] = [
    [
      "half written",
      async () => writeFile(policyFile, (await readFile(policyFile, "utf8")).slice(0, 200)),
      /payments\.json:\d+:\d+ .*not valid JSON/,
    ],
    [
      "naming what is not there",
      () =>
        edit((policy) => {
          policy.default = "maybe";
        }),
      /\$\.default: there is no outcome "maybe"/,
    ],
    [
      "failing their own tests",
      () =>
        edit((policy) => {
          policy.tests = [{ name: "never", given: { amount: 25 }, expect: { outcome: "decline" } }];
        }),
      /payments: never: outcome: expected decline, got approve/,
    ],
    ["gone", () => rm(path.join(policiesDir, "features.json")), /the feature catalogue is missing/],
  ];
  for (const [what, break_, reason] of refused) {
    it(`do not decide while they are ${what}, and the reason is told`, async () => {
      const before = await status();
      await break_();
      await refresh();
      assert.equal(await outcome("still"), "approve");
      const after = await status();
      assert.equal(after.digest, before.digest);
      assert.match((after.rejected as { reason: string }).reason, reason);
      assert.equal(await metric(), "1");
    });
  }

  it("are no problem any more once they are mended", async () => {
    const good = await readFile(policyFile, "utf8");
    await writeFile(policyFile, "{");
    await refresh();
    await writeFile(policyFile, good);
    await refresh();
    assert.equal((await status()).rejected, undefined);
    assert.equal(await metric(), "0");
  });

  it("may be replaced by renaming, and other files beside them do not matter", async () => {
    const before = await status();
    await writeFile(path.join(policiesDir, ".payments.json.swp"), "editor");
    await writeFile(`${policyFile}~`, "backup");
    await refresh();
    assert.deepEqual(await status(), before);
    const policy = JSON.parse(await readFile(policyFile, "utf8")) as PolicyFile;
    await writeFile(`${policyFile}.new`, JSON.stringify({ ...policy, default: "decline", tests: [] }));
    await rename(`${policyFile}.new`, policyFile);
    await refresh();
    assert.equal(await outcome("renamed"), "decline");
  });

  it("change under load without a failed call, every decision by one bundle or the other", async () => {
    const outcomes = new Set<string>();
    let going = true;
    const callers = Array.from({ length: 8 }, async (_, caller) => {
      for (let n = 0; going; n++) {
        const { outcome, policy } = await engine.client.decide(
          payment(`load-${caller}-${n}`, { customer_id: `c${caller}-${n}` }),
        );
        outcomes.add(`${outcome} ${policy?.digest}`);
      }
    });
    for (const default_ of ["decline", "approve", "decline"]) {
      await edit((policy) => {
        policy.default = default_;
        policy.tests = [];
      });
      await refresh();
    }
    going = false;
    await Promise.all(callers);
    const kinds = [...outcomes].map((text) => text.split(" ")[0]);
    assert.deepEqual(new Set(kinds), new Set(["approve", "decline"]));
    // Each bundle has one default: a digest that gave two outcomes would have been mixed.
    assert.equal(new Set([...outcomes].map((text) => text.split(" ")[1])).size, outcomes.size);
  });
});
