import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { loadConfig } from "../../src/config.ts";
import type { Problem } from "../../src/documents/problem.ts";
import { Missing } from "../../src/domain/feature.ts";
import type { Model } from "../../src/models/model.ts";
import { loadModels } from "../../src/models/registry.ts";
import { summary } from "./support/summary.ts";

/** Rows that LightGBM scored where the model was trained; null stands for a missing value. */
interface Vectors {
  readonly inputs: readonly string[];
  readonly rows: readonly (readonly (number | null)[])[];
  readonly scores: readonly number[];
}

const tolerance = 1e-6;
const { modelsDir, policiesDir } = loadConfig();
const readJson = async <Document>(...names: readonly string[]) =>
  JSON.parse(await readFile(path.join(...names), "utf8")) as Document;

describe("the model card-fraud 1", () => {
  let models: ReadonlyMap<string, Model>;
  let model: Model;
  let vectors: Vectors;

  before(async () => {
    const problems: Problem[] = [];
    ({ models } = await loadModels(modelsDir, problems));
    deepStrictEqual(problems, []);
    model = models.get("card-fraud/1")!;
    vectors = await readJson<Vectors>(modelsDir, "card-fraud/1/parity.json");
  });

  after(async () => {
    for (const each of models?.values() ?? []) await each.close();
  });

  it("scores as LightGBM did", async () => {
    const names = model.manifest.inputs.map(({ name }) => name);
    deepStrictEqual(vectors.inputs, names);
    strictEqual(vectors.scores.length, vectors.rows.length);
    const differing: string[][] = [];
    for (const [at, row] of vectors.rows.entries()) {
      const scoring = await model.score(row.map((value) => value ?? Missing.not_found));
      const score = scoring.status === "OK" ? scoring.value : Number.NaN;
      const expected = vectors.scores[at]!;
      if (!(Math.abs(score - expected) <= tolerance)) differing.push([String(at), String(score), String(expected)]);
    }
    const table = summary(["row", "engine", "LightGBM"], differing.slice(0, 10));
    strictEqual(
      differing.length,
      0,
      `${differing.length} of ${vectors.rows.length} scores differ; the first:\n${table}`,
    );
  });

  it("is tried on enough rows, with missing values among them", () => {
    const { rows, scores } = vectors;
    ok(rows.length >= 200, `only ${rows.length} rows`);
    ok(rows.filter((row) => row.includes(null)).length >= 20);
    ok(Math.min(...scores) < 0.01 && Math.max(...scores) > 0.9, "all scores are alike");
  });

  it("takes features of the catalogue", async () => {
    const { features } = await readJson<{ features: Readonly<Record<string, unknown>> }>(policiesDir, "features.json");
    deepStrictEqual(
      model.manifest.inputs.filter(({ name }) => !(name in features)),
      [],
    );
  });
});
