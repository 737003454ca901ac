import type { DocumentPath } from "../../documents/report.ts";
import type { RemoteManifest } from "../manifest-schema.ts";
import { baselineProblem } from "../percentile.ts";
import { type Datatype, datatypeOf } from "./tensors.ts";

interface ManifestProblem {
  readonly path: DocumentPath;
  readonly message: string;
  readonly fix: string;
}

type Input = RemoteManifest["inputs"][number];

/** The datatypes that hold every value of a type. */
const fitting: Readonly<Record<Input["type"], readonly Datatype[]>> = {
  double: ["FP64", "FP32"],
  integer: ["INT64", "FP64", "FP32"],
  boolean: ["BOOL", "INT64", "FP64", "FP32"],
  string: ["BYTES"],
};

/** What is wrong with the manifest of a remote model that the schema cannot say. */
export function remoteProblems({ tensor, inputs, scoreBaseline }: RemoteManifest): readonly ManifestProblem[] {
  const problems = inputs.flatMap((input, at) =>
    problemsOf(input, tensor?.name).map(([name, message, fix]) => ({ path: ["inputs", at, name], message, fix })),
  );
  const wrongBaseline = scoreBaseline && baselineProblem(scoreBaseline);
  if (wrongBaseline === undefined) return problems;
  const fix = "give rising edges, one more than there are counts";
  return [...problems, { path: ["scoreBaseline"], message: wrongBaseline, fix }];
}

type InputProblem = readonly [property: keyof Input, message: string, fix: string];

function problemsOf(input: Input, shared: string | undefined): InputProblem[] {
  const { type, missing, datatype } = input;
  const problems: InputProblem[] = [];
  if (shared !== undefined) {
    if (type === "string")
      problems.push([
        "type",
        `a text cannot stand in the tensor "${shared}" of numbers`,
        'remove "tensor", so that each input has its own',
      ]);
    if (datatype !== undefined || input.tensor !== undefined) {
      const property = datatype === undefined ? "tensor" : "datatype";
      problems.push([property, `it is a column of the tensor "${shared}"`, `remove it, or the manifest's "tensor"`]);
    }
  } else if (!fitting[type].includes(datatypeOf(input)))
    problems.push(["datatype", `${datatype} does not hold every ${type}`, `use ${fitting[type].join(" or ")}`]);
  const isFloat = shared !== undefined || datatypeOf(input).startsWith("FP");
  if (missing === "nan" && !isFloat)
    problems.push(["missing", "only FP32 and FP64 have NaN", 'use "refuse", a default, or another datatype']);
  if (typeof missing === "object" && (typeof missing.default === "string") !== (type === "string"))
    problems.push([
      "missing",
      `the default is no ${type}`,
      `give a default of type ${type === "string" ? "string" : "number"}`,
    ]);
  if (
    typeof missing === "object" &&
    datatypeOf(input) === "INT64" &&
    !isFloat &&
    !Number.isSafeInteger(missing.default)
  )
    problems.push(["missing", "the default is no whole number", "give a whole number"]);
  return problems;
}
