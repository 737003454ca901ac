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

const Name = Type.String({
  pattern: "^[a-z][a-z0-9-]*$",
  description: "the model's name, as its folder",
  examples: ["card-fraud"],
});
const Version = Type.String({ minLength: 1, description: "the version, as its folder", examples: ["1"] });
const FeatureName = Type.String({ pattern: "^[a-z][a-z0-9_]*$", description: "the feature", refersTo: "feature" });
const Tensor = Type.Object(
  {
    name: Type.String({ minLength: 1, description: "the graph's one input, shaped [rows, inputs]" }),
    type: Type.Enum(["float32", "float64"], { description: '"float32" or "float64"' }),
  },
  closed,
);

const missing = '"nan" (the model knows missing values), "refuse" (no score without it)';
const standIn = { description: "the number that stands in" };
const Missing = Type.Union(
  [Type.Literal("nan"), Type.Literal("refuse"), Type.Object({ default: Type.Number(standIn) }, closed)],
  { description: `${missing} or {"default": number}` },
);
const RemoteMissing = Type.Union(
  [
    Type.Literal("nan"),
    Type.Literal("refuse"),
    Type.Object({ default: Type.Union([Type.Number(standIn), Type.String()]) }, closed),
  ],
  { description: `${missing} or {"default": value}` },
);

const Output = Type.Object(
  {
    tensor: Type.String({ minLength: 1, description: "the output to read" }),
    index: Type.Integer({ minimum: 0, description: "the column of that output" }),
    type: Type.Literal("double"),
  },
  closed,
);
const about = {
  training: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "how it was trained" })),
  metrics: Type.Optional(Type.Record(Type.String(), Type.Unknown(), { description: "how good it was" })),
  baseline: Type.Optional(
    Type.Record(Type.String(), Histogram, { description: "a histogram of each input over the training data" }),
  ),
  scoreBaseline: Type.Optional(Histogram),
};

/** Of a graph that lies beside the manifest. */
export const OnnxManifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Name,
    version: Version,
    description: Type.Optional(Type.String()),
    format: Type.Literal("onnx"),
    opset: Type.Record(Type.String(), Type.Integer({ minimum: 1 }), { description: "operator sets by domain" }),
    tensor: Tensor,
    inputs: Type.Array(
      Type.Object(
        {
          name: FeatureName,
          type: Type.Enum(["double", "integer", "boolean"], { description: '"double", "integer" or "boolean"' }),
          missing: Missing,
          description: Type.Optional(Type.String()),
        },
        closed,
      ),
      { minItems: 1, description: "the features in the order of the tensor's columns" },
    ),
    output: Output,
    ...about,
  },
  { ...closed, description: "What an ONNX graph takes and gives." },
);

const Template = (description: string) => Type.String({ minLength: 1, description });
const Runtime = Type.Object(
  {
    kind: Type.Literal("open-inference"),
    address: Type.String({
      minLength: 1,
      description: "host:port of the model's server; ${VARIABLE} stands for a variable of the environment",
      examples: ["${MODEL_ADDR}"],
    }),
    model: Type.String({ minLength: 1, description: "the model's name there" }),
    version: Type.Optional(
      Type.String({ minLength: 1, description: "its version there; default: the server's choice" }),
    ),
    contents: Type.Optional(
      Type.Enum(["typed", "raw"], { description: 'how tensors are sent: "typed" (the default) or "raw" bytes' }),
    ),
    bearer: Type.Optional(Template("a bearer token: a template such as ${TOKEN}, or file:PATH")),
    tls: Type.Optional(
      Type.Union(
        [
          Type.Literal(true),
          Type.Object(
            {
              ca: Type.Optional(Template("file of the authorities to trust")),
              cert: Type.Optional(Template("file of our certificate")),
              key: Type.Optional(Template("file of its key")),
            },
            closed,
          ),
        ],
        { description: "true, or PEM files: speaks TLS; default: plain text" },
      ),
    ),
  },
  { ...closed, description: "where the model runs: a server of the Open Inference Protocol (gRPC)" },
);

/** Of a model that another server runs. */
export const RemoteManifestSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    name: Name,
    version: Version,
    description: Type.Optional(Type.String()),
    runtime: Runtime,
    tensor: Type.Optional(Tensor),
    inputs: Type.Array(
      Type.Object(
        {
          name: FeatureName,
          type: Type.Enum(["double", "integer", "boolean", "string"], {
            description: '"double", "integer", "boolean" or "string"',
          }),
          missing: RemoteMissing,
          tensor: Type.Optional(Type.String({ minLength: 1, description: "its tensor; default: the feature's name" })),
          datatype: Type.Optional(
            Type.Enum(["FP32", "FP64", "INT64", "BOOL", "BYTES"], {
              description:
                "of its tensor: FP32, FP64, INT64, BOOL or BYTES; default: FP64 for double, INT64, BOOL, BYTES for string",
            }),
          ),
          description: Type.Optional(Type.String()),
        },
        closed,
      ),
      { minItems: 1, description: "the features: the columns of tensor, or without it each a tensor shaped [1, 1]" },
    ),
    output: Output,
    ...about,
  },
  { ...closed, description: "What a model on another server takes and gives." },
);

export const ManifestSchema = Type.Union([OnnxManifestSchema, RemoteManifestSchema], {
  $id: "https://verdict.dev/schema/manifest.json",
  title: "Model manifest",
  description: "What a model takes and gives.",
});

export type OnnxManifest = Static<typeof OnnxManifestSchema>;
export type RemoteManifest = Static<typeof RemoteManifestSchema>;
export type Manifest = OnnxManifest | RemoteManifest;
