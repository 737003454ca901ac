import Type, { type Static } from "typebox";

/** The shape of `models/<name>/<version>/manifest.json`. */

const closed = { additionalProperties: false } as const;
const Histogram = Type.Object(
  {
    edges: Type.Array(Type.Number(), { minItems: 2, description: "bin edges, rising" }),
    counts: Type.Array(Type.Number({ minimum: 0 }), { minItems: 1, description: "one count a bin" }),
    missing: Type.Optional(Type.Number({ minimum: 0, description: "rows without a value" })),
  },
  closed,
);

export const ManifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Type.String({
      pattern: "^[a-z][a-z0-9-]*$",
      description: "the model's name, as its folder",
      examples: ["card-fraud"],
    }),
    version: Type.String({ minLength: 1, description: "the version, as its folder", examples: ["1"] }),
    description: Type.Optional(Type.String()),
    format: Type.Literal("onnx"),
    opset: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: "operator sets by domain" }),
    tensor: Type.Object(
      {
        name: Type.String({ minLength: 1, description: "the graph's one input, shaped [rows, inputs]" }),
        type: Type.Enum(["float32", "float64"], { description: '"float32" or "float64"' }),
      },
      closed,
    ),
    inputs: Type.Array(
      Type.Object(
        {
          name: Type.String({ pattern: "^[a-z][a-z0-9_]*$", description: "the feature", refersTo: "feature" }),
          type: Type.Enum(["double", "integer", "boolean"], { description: '"double", "integer" or "boolean"' }),
          missing: Type.Union(
            [
              Type.Literal("nan"),
              Type.Literal("refuse"),
              Type.Object({ default: Type.Number({ description: "the number that stands in" }) }, closed),
            ],
            {
              description:
                '"nan" (the model knows missing values), "refuse" (no score without it) or {"default": number}',
            },
          ),
          description: Type.Optional(Type.String()),
        },
        closed,
      ),
      { minItems: 1, description: "the features in the order of the tensor's columns" },
    ),
    output: Type.Object(
      {
        tensor: Type.String({ minLength: 1, description: "the output to read" }),
        index: Type.Integer({ minimum: 0, description: "the column of that output" }),
        type: Type.Literal("double"),
      },
      closed,
    ),
    training: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "how it was trained" })),
    metrics: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "how good it was" })),
    baseline: Type.Optional(
      Type.Record(Type.String(), Histogram, { description: "a histogram of each input over the training data" }),
    ),
    scoreBaseline: Type.Optional(Histogram),
  },
  {
    ...closed,
    $id: "https://verdict.dev/schema/manifest.json",
    title: "Model manifest",
    description: "What an ONNX graph takes and gives.",
  },
);

export type Manifest = Static<typeof ManifestSchema>;
