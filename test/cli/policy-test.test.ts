import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { cp, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { XMLParser, XMLValidator } from "fast-xml-parser";
import { cleanUp } from "../support/clean-up.ts";
import { fixtures } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";
import { until } from "../support/until.ts";

const program = fileURLToPath(new URL("../../src/cli/verdict.ts", import.meta.url));

describe("verdict policy test", () => {
  const clean = cleanUp();
  let folder: string;
  let policiesDir: string;
  const flags = () => ["--policies", policiesDir, "--models", fixtures.modelsDir];
  const run = (...args: readonly string[]) => runVerdict(["policy", "test", ...args, ...flags()]);
  const beside = (tests: readonly object[], name = "payments.tests.json") =>
    writeFile(path.join(policiesDir, name), JSON.stringify({ tests }, null, 1));

  beforeEach(async () => {
    folder = await clean.folder();
    policiesDir = path.join(folder, "policies");
    await cp(fixtures.policiesDir, policiesDir, { recursive: true });
  });

  const small = { name: "a small one", given: { amount: 5, share_of_day: 0.1 }, expect: { outcome: "approve" } };
  const wrong = {
    name: 'a "wrong" <one> & its \u0001 reasons',
    given: { amount: 2000, share_of_day: 0.25 },
    expect: { fired: ["large"] },
  };

  it("runs the tests beside a policy after its own, and says why one fails", async () => {
    await beside([small, wrong]);
    const { code, out, err } = await run();
    assert.deepEqual([code, err], [4, ""]);
    assert.match(out, /^ok {3}payments: a large payment is declined\n/);
    assert.match(out, /ok {3}payments: a small one\nFAIL payments: a "wrong"/);
    assert.match(
      out,
      /reasons\n\nFAIL payments: a "wrong" .+\n {5}\S*payments\.tests\.json:\d+\n {5}fired: large did not fire: share_of_day is not over 0\.5 \(it is 0\.25\)\n\n3 passed, 1 failed\n$/,
    );
  });

  const refused: readonly [name: string, tests: readonly object[], file: string, problem: RegExp][] = [
    ["of a policy that is not there", [small], "elsewhere.tests.json", /there is no policy elsewhere\.json/],
    ["of the catalogue", [small], "features.tests.json", /there is no policy features\.json/],
    ["with a name twice", [small, small], "payments.tests.json", /two tests are named "a small one"/],
    [
      "with a name of the policy's own",
      [{ ...small, name: "nothing is paid" }],
      "payments.tests.json",
      /two tests are named/,
    ],
    [
      "that name what is not there",
      [{ ...small, expect: { fired: ["larg"] } }],
      "payments.tests.json",
      /tests\.json:\d+:\d+ \$\.tests\[0\]\.expect\.fired\[0\]: there is no rule "larg"\n {4}mend: did you mean "large"/,
    ],
    [
      "that give and miss the same feature",
      [{ ...small, missing: { amount: "timeout" } }],
      "payments.tests.json",
      /missing\.amount: amount is given as well/,
    ],
  ];
  it("refuses tests that say they are another policy's, also when that policy does not load itself", async () => {
    await writeFile(path.join(policiesDir, "payments.tests.json"), '{ "policy": "others", "tests": [] }');
    const other = await run();
    assert.equal(other.code, 3);
    assert.match(other.err, /\$\.policy: these are the tests of payments, not of others\n {4}mend: write "payments"/);
    await writeFile(path.join(policiesDir, "payments.tests.json"), "{");
    await writeFile(path.join(policiesDir, "payments.json"), "{}");
    const both = await run();
    assert.equal(both.code, 3);
    assert.match(both.err, /payments\.json:1:1 /);
    assert.match(both.err, /payments\.tests\.json:1:2 \$: not valid JSON/);
  });

  for (const [name, tests, file, problem] of refused)
    it(`refuses tests ${name}`, async () => {
      await beside(tests, file);
      const { code, err } = await run();
      assert.equal(code, 3);
      assert.match(err, problem);
    });

  it("writes JUnit XML that a parser reads, whatever stands in a test", async () => {
    await beside([small, wrong]);
    const file = path.join(folder, "results.xml");
    assert.equal((await run("--junit", file)).code, 4);
    const xml = await readFile(file, "utf8");
    assert.equal(XMLValidator.validate(xml), true);
    const { testsuites } = new XMLParser({ ignoreAttributes: false, isArray: (name) => name === "testsuite" }).parse(
      xml,
    );
    assert.deepEqual([testsuites["@_tests"], testsuites["@_failures"]], ["4", "1"]);
    const cases = testsuites.testsuite[0].testcase as Record<string, unknown>[];
    assert.deepEqual(
      cases.map((each) => each["@_name"]),
      ["a large payment is declined", "nothing is paid", "a small one", 'a "wrong" <one> & its \ufffd reasons'],
    );
    assert.match(String(cases[3]!["@_file"]), /payments\.tests\.json$/);
    assert.match(JSON.stringify(cases[3]!.failure), /large did not fire/);
    assert.equal(cases[0]!.failure, undefined);
  });

  it("tells what no test saw from both sides, and fails if that is too much", async () => {
    const { code, out } = await run("--coverage");
    assert.equal(code, 0);
    assert.match(out, /\npayments: [\d.]+ % covered \(\d+ of \d+ sides\)\n/);
    assert.match(
      out,
      /\n {2}rules: 3; seen firing: 1; not firing: 2; unknown: 1\n {2}never seen in \S*payments\.json:\n/,
    );
    assert.match(
      out,
      /\n {2}abroad-at-night\n {4}never fired \(line \d+\)\n {4}is_night is true: never true \(line \d+\)\n/,
    );
    const demanding = await run("--min-coverage", "90");
    assert.equal(demanding.code, 4);
    assert.match(demanding.err, /^payments: [\d.]+ % covered, 90 % demanded\n$/);
    assert.equal((await run("--min-coverage", "10")).code, 0);
    assert.equal((await run("--min-coverage", "many")).code, 2);
  });

  it("prints JSON, of the chosen tests alone", async () => {
    const { out } = await run("--json", "--coverage", "--filter", "large");
    const { passed, failed, results, coverage } = JSON.parse(out);
    assert.deepEqual([passed, failed, results.length], [1, 0, 1]);
    const [{ durationMs, file, line, ...result }] = results;
    assert.deepEqual(result, {
      policy: "payments",
      name: "a large payment is declined",
      failures: [],
      outcome: "decline",
      shadowOutcome: "decline",
      points: 0,
      reasons: ["R01"],
    });
    assert.ok(durationMs >= 0 && line > 1 && file.endsWith("payments.json"));
    assert.equal(coverage[0].policy, "payments");
    assert.ok(coverage[0].items.length > 5);
    for (const { line } of coverage[0].items) assert.ok(line > 1);
    const none = await run("--filter", "larg e");
    assert.deepEqual([none.code, none.err], [2, 'error: no test\'s name contains "larg e"\n']);
  });

  it("runs them again when a document changes, goes on over one that does not load, and ends well", async () => {
    const child = spawn(process.execPath, [program, "policy", "test", "--watch", ...flags()], {
      env: { ...process.env, VERDICT_RELOAD_MS: "50" },
    });
    clean.later(() => child.kill("SIGKILL"));
    let out = "";
    let err = "";
    child.stdout.setEncoding("utf8").on("data", (text) => {
      out += text;
    });
    child.stderr.setEncoding("utf8").on("data", (text) => {
      err += text;
    });
    const ended = new Promise((resolve) => child.once("exit", resolve));
    await until(() => out.includes("2 passed, 0 failed") && out.includes("waiting for changes"));
    await beside([wrong]);
    await until(() => out.includes("2 passed, 1 failed"));
    await writeFile(path.join(policiesDir, "payments.tests.json"), "{");
    await until(() => err.includes("not valid JSON"));
    await rm(path.join(policiesDir, "payments.tests.json"));
    await until(() => out.split("2 passed, 0 failed").length === 3);
    child.kill("SIGINT");
    assert.equal(await ended, 0);
  });
});
