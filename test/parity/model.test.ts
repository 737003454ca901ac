import { deepStrictEqual, ok, strictEqual } from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadConfig } from "../../src/config.ts";
import type { Problem } from "../../src/documents/problem.ts";
import { Missing } from "../../src/domain/feature.ts";
import type { Model } from "../../src/models/model.ts";
import { loadModels } from "../../src/models/registry.ts";
import { connectRemote } from "../../src/sources/grpc/remote.ts";
import { type CleanUp, cleanUp } from "../support/clean-up.ts";
import { serveGraph, startInferenceServer } from "../support/inference-server.ts";
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

const graphFile = path.join(modelsDir, "card-fraud/1/model.onnx");

/** A folder of models with card-fraud alone, run by a server that was given its graph. */
async function onAnotherServer(clean: CleanUp, contents: "typed" | "raw"): Promise<string> {
  const address = await startInferenceServer(clean, await serveGraph(clean, await readFile(graphFile), contents));
  const { format, opset, ...manifest } = await readJson<Record<string, unknown>>(
    modelsDir,
    "card-fraud/1/manifest.json",
  );
  const folder = await clean.folder();
  const runtime = { kind: "open-inference", address, model: "card-fraud", contents };
  await mkdir(path.join(folder, "card-fraud/1"), { recursive: true });
  await writeFile(path.join(folder, "card-fraud/1/manifest.json"), JSON.stringify({ ...manifest, runtime }));
  return folder;
}

describe("the model card-fraud 1", () => {
  const clean = cleanUp(after);
  let model: Model;
  let vectors: Vectors;

  async function load(folder: string): Promise<Model> {
    const problems: Problem[] = [];
    const { models } = await loadModels(folder, problems, (to) => connectRemote(to, String));
    for (const each of models.values()) clean.later(() => each.close());
    deepStrictEqual(problems, []);
    return models.get("card-fraud/1")!;
  }

  before(async () => {
    model = await load(modelsDir);
    vectors = await readJson<Vectors>(modelsDir, "card-fraud/1/parity.json");
  });

  const places = {
    "in this process": async () => modelsDir,
    "on another server": () => onAnotherServer(clean, "typed"),
    "on another server, by raw contents": () => onAnotherServer(clean, "raw"),
  };
  for (const [place, folder] of Object.entries(places)) {
    it(`scores ${place} as LightGBM did`, async () => {
      const placed = await load(await folder());
      deepStrictEqual(
        vectors.inputs,
        placed.manifest.inputs.map(({ name }) => name),
      );
      strictEqual(vectors.scores.length, vectors.rows.length);
      const differing: string[][] = [];
      for (const [at, row] of vectors.rows.entries()) {
        const scoring = await placed.score(row.map((value) => value ?? Missing.not_found));
        const score = scoring.status === "OK" ? scoring.value : Number.NaN;
        const expected = vectors.scores[at]!;
        if (!(Math.abs(score - expected) <= tolerance)) differing.push([String(at), String(score), String(expected)]);
      }
      const table = summary(["row", "engine", "LightGBM"], differing.slice(0, 10));
      const message = `${differing.length} of ${vectors.rows.length} scores differ; the first:\n${table}`;
      strictEqual(differing.length, 0, message);
    });
  }

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
