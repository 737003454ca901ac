import assert from "node:assert/strict";
import { cp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { startChild } from "../support/child.ts";
import { cleanUp } from "../support/clean-up.ts";
import { metric, type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";
import { markedDocuments, marksAmong } from "../support/marked-documents.ts";
import { followVersions, statusOf } from "../support/status.ts";
import { until } from "../support/until.ts";

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

  const status = () => statusOf(engine.httpAddress);
  const refresh = () => engine.engine.bundles.refresh();
  const outcome = async (id: string) => (await engine.client.decide(payment(id))).outcome;
  const rejected = () => metric(engine.httpAddress, "verdict_bundle_rejected");
  /** The samples of the metric that counts problems by file. */
  const problems = async () =>
    (await (await fetch(`http://${engine.httpAddress}/metrics`)).text())
      .split("\n")
      .filter((line) => line.startsWith("verdict_document_problems"));

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
      assert.match(after.rejected!.reason, reason);
      assert.equal(await rejected(), 1);
      const told = after.rejected!.files.map(
        ({ file, problems }) => `verdict_document_problems{file="${file}"} ${problems.length}`,
      );
      assert.deepEqual(await problems(), told);
    });
  }

  it("are no problem any more once they are mended", async () => {
    const good = await readFile(policyFile, "utf8");
    await writeFile(policyFile, "{");
    await writeFile(path.join(policiesDir, "features.json"), "{");
    await refresh();
    assert.equal((await problems()).length, 2);
    await cp(path.join(fixtures.policiesDir, "features.json"), path.join(policiesDir, "features.json"));
    await refresh();
    assert.match((await problems()).join(), /^verdict_document_problems\{file="policies\/payments.json"\} \d+$/);
    await writeFile(policyFile, good);
    await refresh();
    assert.equal((await status()).rejected, undefined);
    assert.equal(await rejected(), 0);
    assert.deepEqual(await problems(), []);
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
});

describe("documents that change while the engine runs in a process of its own", () => {
  const clean = cleanUp();

  it("are looked at by themselves; those refused are in its log by name, with the reason", async () => {
    const policiesDir = path.join(await clean.folder(), "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
    process.env.VERDICT_RELOAD_MS = "50";
    clean.later(() => {
      delete process.env.VERDICT_RELOAD_MS;
    });
    let log = "";
    const flags = ["--policies", policiesDir, "--log-level", "error"];
    await startChild(clean, {
      flags,
      onLog: (text) => {
        log += text;
      },
    });
    await writeFile(path.join(policiesDir, "broken.json"), "{");
    await until(() => log.endsWith("\n"));
    const { level, reason, files } = JSON.parse(log) as Record<string, unknown>;
    assert.equal(level, 50);
    assert.match(String(reason), /broken\.json:1:2 \$: not valid JSON/);
    assert.deepEqual(files, [{ file: "policies/broken.json", change: "added", problems: 1 }]);
  });
});

describe("documents that change under load", () => {
  const clean = cleanUp();

  it("fail no call, leave every decision to one version, and tell each broken one", async () => {
    const policiesDir = path.join(await clean.folder(), "policies");
    const documents = await markedDocuments(fixtures.policiesDir, policiesDir, "payments");
    await documents.write(0);
    const { client, engine, httpAddress } = await startEngine(clean, { policiesDir, reloadMs: 60_000 });
    const versions = await followVersions(httpAddress, documents, () => engine.bundles.refresh());
    const found = new Map<string, Set<string>>();
    let decided = 0;
    let going = true;
    const callers = Array.from({ length: 4 }, async (_, caller) => {
      for (let n = 0; going; n++) {
        const { policy, reasons } = await client.decide(
          payment(`load-${caller}-${n}`, { customer_id: `c${caller}-${n}` }),
        );
        const marks = found.get(policy!.digest) ?? new Set();
        found.set(policy!.digest, marks.add(marksAmong(reasons).join(" and ")));
        decided += 1;
      }
    });
    // Every other one is broken, each in another way.
    for (let version = 1; version <= 16; version++) {
      if (version % 2 === 0) await versions.tryBroken(version / 2);
      else await versions.take(version);
      const before = decided;
      await until(() => decided >= before + 16);
    }
    going = false;
    await Promise.all(callers);
    const expected = [...versions.marks].map(([digest, mark]) => [digest, [mark]]);
    assert.deepEqual([...found].map(([digest, marks]) => [digest, [...marks]]).sort(), expected.sort());
    assert.equal(versions.marks.size, 9);
    assert.equal(versions.told.length, 8);
  });
});
