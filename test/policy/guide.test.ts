import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { cp, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadDocuments } from "../../src/compose.ts";
import { loadConfig } from "../../src/config.ts";
import type { Bundle } from "../../src/decide/bundle.ts";
import { testPolicy } from "../../src/decide/test-policy.ts";
import type { FeatureType } from "../../src/domain/feature.ts";
import { derivationCompiler } from "../../src/features/derive.ts";
import { loadCondition } from "../../src/policy/load-conditions.ts";
import { decoratorNames, operatorNames } from "../../src/policy/operators/names.ts";
import { listNamesIn } from "../../src/sources/list/names.ts";
import { cleanUp } from "../support/clean-up.ts";
import { fixtures } from "../support/fixtures.ts";

const folder = new URL("../../policies/", import.meta.url);
const guide = readFileSync(new URL("README.md", folder), "utf8");

/** The rows of the tables whose first column has that heading: their cells, without the escapes of Markdown. */
function rows(heading: string): string[][] {
  const cells = (line: string) =>
    line
      .slice(1, -1)
      .split(/(?<!\\)\|/)
      .map((cell) => cell.trim().replaceAll("\\|", "|"));
  const found: string[][] = [];
  let inside = false;
  for (const line of guide.split("\n")) {
    if (!line.startsWith("|")) inside = false;
    else if (cells(line)[0] === heading) inside = true;
    else if (inside && !/^[|-]+$/.test(line)) found.push(cells(line));
  }
  return found;
}

const codes = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);

describe("the guide to policies (policies/README.md)", () => {
  const clean = cleanUp(after);
  let bundle: Bundle;
  let types: ReadonlyMap<string, FeatureType>;
  let lists: ReadonlySet<string>;

  /** The guide's policy, with the catalogue and the lists as shipped. */
  before(async () => {
    const policiesDir = await clean.folder();
    for (const name of ["features.json", "lists"])
      await cp(new URL(name, folder), path.join(policiesDir, name), { recursive: true });
    await writeFile(path.join(policiesDir, "example.json"), /```json\n([\s\S]*?)```/.exec(guide)![1]!);
    bundle = await loadDocuments(loadConfig({ ...fixtures, policiesDir }, {}));
    clean.later(() => bundle.close());
    types = new Map([...bundle.catalogue.features.values()].map(({ name, type }) => [name, type]));
    lists = new Set(await listNamesIn(path.join(policiesDir, "lists")));
  });

  it("has every operator in a table, and no others", () => {
    const named = rows("operator").map(([name]) => codes(name!)[0]);
    assert.deepEqual([...named].sort(), [...operatorNames].sort());
  });

  it("has every decorator in a table, and no others", () => {
    const named = rows("decorator").map(([name]) => codes(name!)[0]);
    assert.deepEqual([...named].sort(), [...decoratorNames].sort());
  });

  it("gives examples of operators and decorators that load", () => {
    for (const [name, , example] of [...rows("operator"), ...rows("decorator")]) {
      const leaf = JSON.parse(codes(example!)[0]!);
      assert.ok(leaf.operator.split(":").includes(codes(name!)[0]), `${example} is no example of ${name}`);
      const found: string[] = [];
      const report = (_path: unknown, message: string) => void found.push(message);
      loadCondition({ all: [leaf] }, [], { features: types, lists, shared: {}, report });
      assert.deepEqual(found, [], example);
    }
  });

  it("gives expressions that compile", () => {
    const compile = derivationCompiler(types);
    const expressions = rows("what").flatMap(([, cell]) => codes(cell!));
    assert.ok(expressions.length >= 10);
    for (const expression of expressions) {
      const results = (["double", "integer", "string", "boolean"] as const).map((type) => compile(expression, type));
      assert.ok(
        results.some((result) => "evaluate" in result),
        `${expression}: ${JSON.stringify(results[0])}`,
      );
    }
  });

  it("shows a policy that loads, and passes its own tests", async () => {
    const results = await testPolicy(bundle.policies.get("example")!);
    assert.equal(results.length, 3);
    assert.deepEqual(
      results.flatMap(({ failures }) => failures),
      [],
    );
  });
});
