import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { cleanUp } from "../support/clean-up.ts";
import { runVerdict } from "../support/run-verdict.ts";
import { until } from "../support/until.ts";
import { policyText } from "./editor-schema/support/policy-text.ts";
import { openWorkspace } from "./editor-schema/support/workspace.ts";

const program = fileURLToPath(new URL("../../src/cli/verdict.ts", import.meta.url));

describe("verdict policy schema", () => {
  const clean = cleanUp();

  async function setUp() {
    const { folder, write } = await openWorkspace(clean);
    await write("policies/card-checks.json", policyText());
    const policies = path.join(folder, "policies");
    const args = ["policy", "schema", "--policies", policies, "--models", path.join(folder, "models")];
    const schemas = path.join(policies, "schema");
    return {
      write,
      policies,
      schemas,
      args,
      run: (...more: string[]) => runVerdict([...args, ...more]),
      schema: (name: string) => readFile(path.join(schemas, name), "utf8"),
    };
  }

  it("writes one schema a kind of document, one a policy, and one of the names that all use", async () => {
    const { run, schemas } = await setUp();
    const { code, out, err } = await run();
    const policies = ["card-checks.json", "card-checks.tests.json"];
    const names = [...policies, "features.json", "manifest.json", "names.json", "policy.json", "tests.json"];
    assert.deepEqual([code, err], [0, ""]);
    assert.deepEqual((await readdir(schemas)).sort(), names);
    assert.deepEqual(
      out.trim().split("\n").sort(),
      names.map((name) => `wrote ${path.join(schemas, name)}`),
    );
    assert.deepEqual(await run(), { code: 0, out: "", err: "" });
    assert.deepEqual(await run("--check"), { code: 0, out: "", err: "" });
  });

  it("--check names each file that is not up to date, and writes nothing", async () => {
    const { run, schemas, write, policies } = await setUp();
    const missing = await run("--check");
    assert.deepEqual([missing.code, missing.out, missing.err.trim().split("\n").length], [1, "", 7]);
    assert.equal(existsSync(schemas), false);
    await run();
    await write("policies/lists/blocked_cards.txt", "c1\n");
    await rm(path.join(policies, "card-checks.json"));
    assert.deepEqual(await run("--check"), {
      code: 1,
      out: "",
      err:
        `${path.join(schemas, "names.json")} is not up to date: run verdict policy schema\n` +
        `${path.join(schemas, "card-checks.json")} is of a policy that is gone: run verdict policy schema\n` +
        `${path.join(schemas, "card-checks.tests.json")} is of a policy that is gone: run verdict policy schema\n`,
    });
  });

  it("removes schemas of policies that are gone, and no other file", async () => {
    const { run, schemas, policies } = await setUp();
    await run();
    await rm(path.join(policies, "card-checks.json"));
    const others = { "mine.json": '{ "$id": "https://example.org/mine.json" }', "broken.json": "{", "note.txt": "" };
    for (const [name, text] of Object.entries(others)) await writeFile(path.join(schemas, name), text);
    const gone = ["card-checks.json", "card-checks.tests.json"].map((name) => `removed ${path.join(schemas, name)}\n`);
    assert.deepEqual(await run(), { code: 0, out: gone.join(""), err: "" });
    const general = ["features.json", "manifest.json", "names.json", "policy.json", "tests.json"];
    assert.deepEqual((await readdir(schemas)).sort(), [...general, ...Object.keys(others)].sort());
  });

  describe("with documents that do not load", () => {
    it("keeps the schema of a policy that is not JSON, writes the others and says where it is wrong", async () => {
      const { run, schema, write } = await setUp();
      await run();
      const before = await schema("card-checks.json");
      await write("policies/card-checks.json", policyText().slice(0, -40));
      await write("policies/lists/blocked_cards.txt", "c1\n");
      const { code, out, err } = await run();
      assert.deepEqual([code, out.trim().split("\n").length], [3, 1]);
      assert.match(err, /card-checks\.json:\d+:\d+ \$: not valid JSON/);
      assert.equal(await schema("card-checks.json"), before);
      assert.match(await schema("names.json"), /blocked_cards/);
    });

    it("takes from a policy that is half written what it declares", async () => {
      const { run, schema, write } = await setUp();
      await write(
        "policies/card-checks.json",
        '{ "id": "card-checks", "outcomes": ["stop", "go"], "rules": [{ "name": "x" }] }',
      );
      const { code, err } = await run();
      assert.equal(code, 3);
      assert.match(err, /card-checks\.json:1:\d+ \$: the property "default" is missing/);
      const { $defs } = JSON.parse(await schema("card-checks.json"));
      assert.deepEqual([$defs.outcome.enum, $defs.ruleName.enum], [["stop", "go"], ["x"]]);
    });

    it("restricts no name of a policy of which nothing was ever read", async () => {
      const { run, schema, write } = await setUp();
      await write("policies/card-checks.json", "");
      assert.equal((await run()).code, 3);
      const { $defs, properties } = JSON.parse(await schema("card-checks.json"));
      assert.deepEqual([$defs.outcome, $defs.reason, $defs.ruleName], [undefined, undefined, undefined]);
      assert.equal(properties.default.type, "string");
    });

    it("keeps the names of a catalogue that cannot be read, and renews those of policies", async () => {
      const { run, schema, write } = await setUp();
      await run();
      const before = await schema("names.json");
      await write("policies/features.json", "{");
      await write("policies/card-checks.json", policyText().replaceAll("R01", "R77"));
      const { code, err } = await run();
      assert.equal(code, 3);
      assert.match(err, /features\.json/);
      assert.equal(await schema("names.json"), before);
      assert.match(await schema("card-checks.json"), /R77/);
    });

    it("touches nothing when the folder or the catalogue is not there", async () => {
      const { run, schemas, policies } = await setUp();
      await run();
      const before = await readdir(schemas);
      await rm(path.join(policies, "features.json"));
      const { code, err } = await run();
      assert.equal(code, 3);
      assert.match(err, /the feature catalogue is missing/);
      assert.deepEqual(await readdir(schemas), before);
      const nowhere = await runVerdict(["policy", "schema", "--policies", path.join(policies, "none")]);
      assert.deepEqual([nowhere.code, /cannot be read \(ENOENT\)/.test(nowhere.err)], [3, true]);
    });
  });

  it("--watch follows every change, through documents that do not load, until it is stopped", async () => {
    const { args, schemas, schema, write, policies } = await setUp();
    const child = spawn(process.execPath, [program, ...args, "--watch"], { stdio: ["ignore", "pipe", "pipe"] });
    clean.later(() => child.kill("SIGKILL"));
    let err = "";
    child.stderr.on("data", (text) => {
      err += text;
    });
    const ended = new Promise<number | null>((resolve) => child.once("close", (code) => resolve(code)));
    const reached = (test: () => boolean | Promise<boolean>) =>
      until(() => {
        assert.equal(child.exitCode, null, err);
        return test();
      });
    const holds = (name: string, text: RegExp) => async () => text.test(await schema(name).catch(() => ""));

    await reached(holds("card-checks.json", /R01/));
    await write("policies/card-checks.json", policyText().replaceAll("R01", "R42"));
    await reached(holds("card-checks.json", /R42/));
    await write("policies/card-checks.json", "{");
    await reached(() => /not valid JSON/.test(err));
    assert.ok(await holds("card-checks.json", /R42/)());
    await write("policies/lists/blocked_cards.txt", "c1\n");
    await reached(holds("names.json", /blocked_cards/));
    await write("policies/card-checks.json", policyText().replaceAll("R01", "R43"));
    await reached(holds("card-checks.json", /R43/));
    await reached(() => /all documents can be read again/.test(err));
    await rm(path.join(policies, "card-checks.json"));
    await reached(() => !existsSync(path.join(schemas, "card-checks.json")));
    child.kill("SIGINT");
    assert.equal(await ended, 0);
  });
});
