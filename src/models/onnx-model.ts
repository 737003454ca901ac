import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Report } from "../documents/report.ts";
import type { Fetched } from "../domain/feature.ts";
import { adapt } from "./adapt.ts";
import type { OnnxManifest } from "./manifest-schema.ts";
import type { Model, Scoring } from "./model.ts";
import { baselineProblem, percentile } from "./percentile.ts";
import { type Row, RowBatches } from "./row-batches.ts";

/** One thread and no parallel execution: with the default threads the p99 of a small model is ten times higher. */
const sessionOptions: InferenceSession.SessionOptions = {
  intraOpNumThreads: 1,
  interOpNumThreads: 1,
  executionMode: "sequential",
};

/**
 * Loads an ONNX graph into this process and holds it against its manifest.
 * @param report receives what does not fit, with both sides listed.
 * @returns undefined if anything does not fit.
 */
export async function loadOnnxModel(
  graph: Uint8Array,
  manifest: OnnxManifest,
  report: Report,
): Promise<Model | undefined> {
  let session: InferenceSession;
  try {
    session = await InferenceSession.create(graph, sessionOptions);
  } catch (error) {
    report([], `model.onnx cannot be loaded: ${(error as Error).message}`, "export the model again; check its opset");
    return undefined;
  }
  if (fits(session, manifest, report) && (await scoresOneRow(session, manifest, report))) {
    const maxRows = (await scoresRowsApart(session, manifest)) ? maxBatchRows : 1;
    return new OnnxModel(session, manifest, maxRows);
  }
  await session.release();
  return undefined;
}

/** Bounds how long one run holds the event loop up; more rows at once are hardly cheaper. */
const maxBatchRows = 32;

/** Runs the graph over rows. @throws what the runtime throws. */
async function scoreRows(
  session: InferenceSession,
  { tensor, output }: OnnxManifest,
  rows: readonly Row[],
): Promise<number[]> {
  const width = rows[0]!.length;
  const all = rows.length === 1 ? rows[0]! : rowOf(tensor.type, rows.length * width);
  if (rows.length > 1) for (const [at, row] of rows.entries()) all.set(row, at * width);
  const feeds = { [tensor.name]: new Tensor(tensor.type, all, [rows.length, width]) };
  const data = (await session.run(feeds, [output.tensor]))[output.tensor]?.data ?? [];
  const columns = data.length / rows.length;
  return rows.map((_, at) => Number(data[at * columns + output.index]));
}

function rowOf(type: OnnxManifest["tensor"]["type"], length: number): Row {
  return type === "float32" ? new Float32Array(length) : new Float64Array(length);
}

/** Whether the graph takes and gives what the manifest says. */
function fits(session: InferenceSession, manifest: OnnxManifest, report: Report): boolean {
  let good = true;
  const refuse: Report = (...problem) => {
    good = false;
    report(...problem);
  };
  const { tensor, inputs, output } = manifest;
  const found = session.inputMetadata;
  const listed = `the manifest has ${inputs.length} inputs (${inputs.map(({ name }) => name).join(", ")})`;
  const graph = `the graph has ${found.map((input) => `${input.name}${input.isTensor ? ` ${input.type}[${input.shape.join(", ")}]` : " (no tensor)"}`).join("; ")}`;
  const input = found.find(({ name }) => name === tensor.name);
  if (input === undefined || found.length !== 1) {
    refuse(
      ["tensor", "name"],
      `the graph's only input must be "${tensor.name}": ${listed}; ${graph}`,
      "name the graph's input, or export it with one input tensor",
    );
  } else if (!input.isTensor || input.type !== tensor.type) {
    refuse(
      ["tensor", "type"],
      `the graph does not take ${tensor.type}: ${listed}; ${graph}`,
      "give the type the graph was exported with",
    );
  } else if (typeof input.shape[1] === "number" && input.shape[1] !== inputs.length) {
    refuse(
      ["inputs"],
      `the inputs do not fit the graph: ${listed}; ${graph}`,
      "list exactly the features the model was trained on, in their order",
    );
  }
  const wrongBaseline = manifest.scoreBaseline && baselineProblem(manifest.scoreBaseline);
  if (wrongBaseline !== undefined) {
    refuse(["scoreBaseline"], wrongBaseline, "give rising edges, one more than there are counts");
  }
  if (!session.outputNames.includes(output.tensor)) {
    refuse(
      ["output", "tensor"],
      `the graph has no output "${output.tensor}"; it has ${session.outputNames.join(", ")}`,
      "name one of the graph's outputs",
    );
  }
  return good;
}

/** Scores a row once, so that a graph that cannot score is refused at load and not with the first customer. */
async function scoresOneRow(session: InferenceSession, manifest: OnnxManifest, report: Report): Promise<boolean> {
  try {
    const [score] = await scoreRows(session, manifest, [rowOf(manifest.tensor.type, manifest.inputs.length).fill(1)]);
    requireFinite(manifest, score!);
    return true;
  } catch (error) {
    report(
      ["output"],
      `the graph does not score: ${(error as Error).message}`,
      "export without ZipMap, with a plain tensor of finite numbers as output",
    );
    return false;
  }
}

/** Whether rows get the same scores, to the last bit, in one run as each alone. A graph may be of one row only. */
async function scoresRowsApart(session: InferenceSession, manifest: OnnxManifest): Promise<boolean> {
  const rows = [0, 1, 2, 3].map((step) =>
    rowOf(manifest.tensor.type, manifest.inputs.length).map((_, at) => step * (at + 0.3)),
  );
  try {
    const alone: number[] = [];
    for (const row of rows) alone.push(...(await scoreRows(session, manifest, [row])));
    const together = await scoreRows(session, manifest, rows);
    return together.every((score, at) => Object.is(score, alone[at]));
  } catch {
    return false;
  }
}

/** @throws if it is not. */
function requireFinite({ output }: OnnxManifest, score: number): void {
  if (!Number.isFinite(score)) throw new Error(`output ${output.tensor}[${output.index}] is not a finite number`);
}

class OnnxModel implements Model {
  readonly manifest: OnnxManifest;
  readonly #session: InferenceSession;
  readonly #batches: RowBatches;

  constructor(session: InferenceSession, manifest: OnnxManifest, maxRows: number) {
    this.#session = session;
    this.manifest = manifest;
    this.#batches = new RowBatches((rows) => scoreRows(session, manifest, rows), maxRows);
  }

  async score(values: readonly Fetched[]): Promise<Scoring> {
    const { inputs, tensor } = this.manifest;
    const started = performance.now();
    const row = rowOf(tensor.type, inputs.length);
    const refused = adapt(inputs, values, row);
    if (refused !== undefined) return { status: "MISSING_INPUT", input: refused };
    const adapted = performance.now();
    const value = await this.#batches.score(row);
    requireFinite(this.manifest, value);
    return { status: "OK", value, adaptMs: adapted - started, inferMs: performance.now() - adapted };
  }

  percentile(score: number): number | undefined {
    const baseline = this.manifest.scoreBaseline;
    return baseline === undefined ? undefined : percentile(score, baseline);
  }

  async close(): Promise<void> {
    await this.#session.release();
  }
}
