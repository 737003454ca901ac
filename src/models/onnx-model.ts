import { InferenceSession, Tensor } from "onnxruntime-node";
import type { Report } from "../documents/report.ts";
import type { Fetched } from "../domain/feature.ts";
import { adapt } from "./adapt.ts";
import type { OnnxManifest } from "./manifest-schema.ts";
import type { Model, Scoring } from "./model.ts";
import { baselineProblem, percentile } from "./percentile.ts";

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
  const model = new OnnxModel(session, manifest);
  const good = fits(session, manifest, report) && (await scoresOneRow(model, report));
  if (good) return model;
  await session.release();
  return undefined;
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
async function scoresOneRow(model: Model, report: Report): Promise<boolean> {
  try {
    await model.score(model.manifest.inputs.map(() => 1));
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

class OnnxModel implements Model {
  readonly manifest: OnnxManifest;
  readonly #session: InferenceSession;

  constructor(session: InferenceSession, manifest: OnnxManifest) {
    this.#session = session;
    this.manifest = manifest;
  }

  async score(values: readonly Fetched[]): Promise<Scoring> {
    const { inputs, tensor, output } = this.manifest;
    const started = performance.now();
    const row = tensor.type === "float32" ? new Float32Array(inputs.length) : new Float64Array(inputs.length);
    const refused = adapt(inputs, values, row);
    if (refused !== undefined) return { status: "MISSING_INPUT", input: refused };
    const feeds = { [tensor.name]: new Tensor(tensor.type, row, [1, inputs.length]) };
    const adapted = performance.now();
    const results = await this.#session.run(feeds, [output.tensor]);
    const value = Number(results[output.tensor]?.data[output.index]);
    if (!Number.isFinite(value)) throw new Error(`output ${output.tensor}[${output.index}] is not a finite number`);
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
