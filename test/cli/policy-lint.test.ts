import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { findingKinds } from "../../src/policy/lint/finding.ts";
import { cleanUp } from "../support/clean-up.ts";
import { fixtureFlags, fixtures } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";

const lint = (...args: readonly string[]) => runVerdict(["policy", "lint", ...args]);

describe("verdict policy lint", () => {
  const clean = cleanUp();

  /** The fixtures, their policy rewritten; as flags. */
  async function folder(rewrite: (text: string) => string): Promise<readonly string[]> {
    const policies = await clean.folder();
    await cp(fixtures.policiesDir, policies, { recursive: true });
    const file = path.join(policies, "payments.json");
    await writeFile(file, rewrite(await readFile(file, "utf8")));
    return ["--policies", policies, "--models", fixtures.modelsDir];
  }

  /** With a rule whose bounds exclude each other. */
  const broken = () =>
    folder((text) => text.replace('"share_of_day", "operator": "greaterThan"', '"amount", "operator": "lessThan"'));
  const file = (flags: readonly string[]) => path.join(flags[1]!, "payments.json");

  it("prints findings with places and mends, and ends well on notes, also where it is strict", async () => {
    const { code, out, err } = await lint(...fixtureFlags, "--strict");
    assert.deepEqual([code, err], [0, ""]);
    const place = `${path.join(fixtures.policiesDir, "payments.json")}:12:5`;
    assert.ok(
      out.includes(
        `${place} note missing-switches-off: rule "large" without customer_spend it does not fire, and nothing else takes notice\n    mend: `,
      ),
      out,
    );
    assert.match(out, /\n0 warnings, [0-9]+ notes\n$/);
  });

  it("ends with 1 on a warning only where it is strict", async () => {
    const flags = await broken();
    const [plain, strict] = await Promise.all([lint(...flags), lint(...flags, "--strict")]);
    assert.deepEqual([plain.code, strict.code], [0, 1]);
    assert.match(
      plain.out,
      /warning never-fires: rule "large" never fires: it cannot be that amount is over 1000 and amount is under 0.5\n/,
    );
    assert.match(plain.out, /\n1 warning, /);
    assert.equal(strict.out, plain.out);
  });

  it("ends with 3 on documents that do not load", async () => {
    const { code, out, err } = await lint(...(await folder((text) => text.replace("decline", "declin"))));
    assert.deepEqual([code, out], [3, ""]);
    assert.match(err, /there is no outcome "decline"/);
  });

  it("looks at the catalogue only where no policy was named, and refuses one that is not there", async () => {
    const flags = await folder((text) => text.replaceAll("terminal_count_7d", "customer_count_1d"));
    const [all, one, unknown] = await Promise.all([
      lint("--json", ...flags),
      lint("payments", "--json", ...flags),
      lint("payment", ...flags),
    ]);
    const codes = ({ out }: { out: string }) => JSON.parse(out).findings.map((each: { code: string }) => each.code);
    assert.deepEqual(
      codes(all).filter((code: string) => code.startsWith("unused")),
      ["unused-feature"],
    );
    assert.deepEqual(
      codes(one).filter((code: string) => code.startsWith("unused")),
      [],
    );
    assert.deepEqual([unknown.code, unknown.out], [2, ""]);
    assert.match(unknown.err, /there is no policy payment; known: payments/);
  });

  it("tells of lists outside that nobody asks about, and of those without which a rule is switched off", async () => {
    const rule = JSON.stringify({
      name: "listed",
      conditions: { all: [{ fact: "customer_id", operator: "inList", value: "blocked" }] },
      event: { type: "decline" },
    });
    const flags = await folder((text) => text.replace('"rules": [', `"rules": [${rule},`));
    const catalogue = path.join(flags[1]!, "features.json");
    const text = await readFile(catalogue, "utf8");
    const list = (name: string) => `"${name}": { "kind": "redis", "key": "list:${name}" }`;
    await writeFile(catalogue, text.replace("{", `{ "lists": { ${list("blocked")}, ${list("old")} },`));
    const { findings } = JSON.parse((await lint("--json", ...flags)).out);
    assert.deepEqual(
      findings
        .filter(({ message }: { message: string }) => message.includes("list"))
        .map(({ code, path, message }: Record<string, string>) => [code, path, message]),
      [
        ["unused-list", "$.lists.old", "no policy asks whether anything is in the list old"],
        ["missing-switches-off", "$.rules[0]", "without list blocked it does not fire, and nothing else takes notice"],
      ],
    );
  });

  it("tells of lists and features that only a rule uses which is off, that they are used", async () => {
    const rule = (list: string) =>
      JSON.stringify({
        name: "listed",
        mode: "off",
        conditions: { all: [{ fact: "currency", operator: "inList", value: list }] },
        event: { type: "review" },
      });
    const flags = await folder((text) => text.replace('"rules": [', `"rules": [${rule("rare_currencies")},`));
    const lists = path.join(flags[1]!, "lists");
    await mkdir(lists);
    for (const name of ["rare_currencies", "old_terminals"]) await writeFile(path.join(lists, `${name}.txt`), "a\n");
    const catalogue = path.join(flags[1]!, "features.json");
    const text = await readFile(catalogue, "utf8");
    const declared = '{ "from": "request", "path": "currency", "type": "string" }';
    await writeFile(catalogue, text.replace('"features": {', `"features": { "currency": ${declared},`));
    const { findings } = JSON.parse((await lint("--json", ...flags)).out);
    assert.deepEqual(
      findings.filter(({ code }: { code: string }) => code.startsWith("unused")),
      [
        {
          file: path.join(lists, "old_terminals.txt"),
          line: 1,
          column: 1,
          path: "$",
          code: "unused-list",
          severity: "note",
          message: "no policy asks whether anything is in the list old_terminals",
          fix: "remove the file, if nothing is to come",
        },
      ],
    );
  });

  it("holds reviews against the day it is, or one that is given", async () => {
    const flags = await folder((text) => text.replace('"name": "large"', '"name": "large", "reviewBy": "2026-02-01"'));
    const codes = async (...args: readonly string[]) =>
      JSON.parse((await lint("--json", ...flags, ...args)).out).findings.map((each: { code: string }) => each.code);
    const days = await Promise.all([codes("--today", "2026-02-01"), codes("--today", "2026-02-02"), codes()]);
    assert.deepEqual(
      days.map((found) => found.includes("review-overdue")),
      [false, true, true],
    );
    const wrong = await lint(...flags, "--today", "2026-02-30");
    assert.deepEqual([wrong.code, wrong.out], [2, ""]);
    assert.match(wrong.err, /write a day as 2026-12-31/);
  });

  it("prints JSON with all that is known of a finding", async () => {
    const flags = await broken();
    const { findings } = JSON.parse((await lint("--json", ...flags)).out);
    const found = findings.find(({ code }: { code: string }) => code === "never-fires");
    assert.deepEqual(found, {
      file: file(flags),
      line: 14,
      column: 7,
      path: "$.rules[0].conditions",
      code: "never-fires",
      severity: "warning",
      rule: "large",
      message: "never fires: it cannot be that amount is over 1000 and amount is under 0.5",
      fix: "mend the conditions, or remove the rule",
    });
  });

  it("prints SARIF that declares every code and places every finding", async () => {
    const flags = await broken();
    const log = JSON.parse((await lint("--sarif", ...flags)).out);
    assert.equal(log.version, "2.1.0");
    const [{ tool, results }] = log.runs;
    assert.deepEqual(
      tool.driver.rules.map(({ id }: { id: string }) => id),
      Object.keys(findingKinds),
    );
    assert.match(tool.driver.rules[0].help.markdown, /\(policies\/LINT\.md#type-clash\)/);
    const { level, locations } = results.find(({ ruleId }: { ruleId: string }) => ruleId === "never-fires");
    assert.equal(level, "warning");
    assert.deepEqual(locations, [
      {
        physicalLocation: {
          artifactLocation: { uri: pathToFileURL(file(flags)).href },
          region: { startLine: 14, startColumn: 7 },
        },
        logicalLocations: [{ fullyQualifiedName: "$.rules[0].conditions" }],
      },
    ]);
  });

  it("names files below the working folder relatively in SARIF", async () => {
    const [, policies] = await broken();
    const args = ["policy", "lint", "payments", "--sarif", "--policies", ".", "--models", fixtures.modelsDir];
    const { results } = JSON.parse((await runVerdict(args, { cwd: policies! })).out).runs[0];
    const uris = results.map(
      (each: { locations: { physicalLocation: { artifactLocation: { uri: string } } }[] }) =>
        each.locations[0]!.physicalLocation.artifactLocation.uri,
    );
    assert.deepEqual([...new Set(uris)], ["payments.json"]);
  });

  it("shows what each rule makes every decision fetch, and what it alone needs", async () => {
    const [shown, printed] = await Promise.all([
      lint("--sources", ...fixtureFlags),
      lint("--sources", "--json", ...fixtureFlags),
    ]);
    assert.deepEqual(
      shown.out.split("\n").map((line) => line.trim().split(/ {2,}/)),
      [
        ["payments", "sources", "models"],
        [shown.out.split("\n")[1]!.trim()],
        ["gate", "–", "–"],
        ["large", "customer_spend", "–"],
        ["abroad-at-night", "customers*", "–"],
        ["terminal-with-frauds", "customer_spend, terminal_activity*", "–"],
        ["* needed by nothing else in the policy"],
        [""],
      ],
    );
    assert.deepEqual(JSON.parse(printed.out).policies[0].needs[2], {
      by: "abroad-at-night",
      sources: [{ name: "customers", alone: true }],
      models: [],
    });
  });
});
