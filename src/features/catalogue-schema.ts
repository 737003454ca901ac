import Type, { type Static, type TObject, type TProperties } from "typebox";
import type { ListDefinition, SourceKindDefinition } from "../domain/source-kind.ts";

/** The shape of `policies/features.json`: validator, static types and JSON Schema come from here. */

const name = "^[a-z][a-z0-9_]*$";
/** As files of lists may be named. */
const listName = "^[a-z][a-z0-9_-]*$";
const Duration = Type.String({
  pattern: "^[1-9][0-9]*(ms|s|m|h|d)$",
  description: "a duration: a whole number and ms, s, m, h or d",
  examples: ["30d"],
});
const Text = Type.String({ description: "a sentence for people" });
const FeatureName = Type.String({
  pattern: name,
  description: "the name of a feature in snake_case",
  examples: ["customer_id"],
  refersTo: "feature",
});
const Key = Type.Array(FeatureName, {
  minItems: 1,
  maxItems: 8,
  uniqueItems: true,
  description: "a list of feature names whose values make the key",
});
const TimeoutMs = Type.Number({
  exclusiveMinimum: 0,
  maximum: 60_000,
  description: "how long one fetch may take, in milliseconds",
});
const closed = { additionalProperties: false } as const;

const ValueType = Type.Enum(["double", "integer", "string", "boolean", "timestamp"], {
  description: 'one of "double", "integer", "string", "boolean", "timestamp"',
});
const OnMissing = Type.Object(
  { default: Type.Union([Type.Number(), Type.String(), Type.Boolean()], { description: "the value that stands in" }) },
  { ...closed, description: "what stands in for a missing value; a decision that used it is not COMPLETE" },
);

const AggregateSource = Type.Object(
  {
    kind: Type.Literal("aggregate"),
    key: Key,
    value: Type.Optional(FeatureName),
    retain: Duration,
    timeoutMs: Type.Optional(TimeoutMs),
    description: Type.Optional(Text),
  },
  { ...closed, description: "events counted over sliding windows of event time" },
);

const RequestFeature = Type.Object(
  {
    from: Type.Literal("request"),
    path: Type.String({
      minLength: 1,
      description: "the attribute of the event; dots lead into nested ones",
      examples: ["amount"],
    }),
    type: ValueType,
    required: Type.Optional(Type.Boolean({ description: "an event without it is refused" })),
    maxLength: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 65_536,
        description: "the longest text accepted, in characters; default 1024",
      }),
    ),
    onMissing: Type.Optional(OnMissing),
    description: Type.Optional(Text),
  },
  { ...closed, description: "an attribute of the event" },
);

const SourceName = Type.String({
  pattern: name,
  description: 'the name of a source, or "request"',
  refersTo: "source",
});

const AggregateFeature = Type.Object(
  {
    from: SourceName,
    aggregate: Type.Enum(["count", "sum", "mean", "min", "max", "distinct"], {
      description: 'one of "count", "sum", "mean", "min", "max", "distinct"',
    }),
    of: Type.Optional(
      Type.Enum(["value", "label"], { description: '"value" (the default) or "label" (truth reported later)' }),
    ),
    window: Duration,
    delay: Type.Optional(Duration),
    empty: Type.Optional(
      Type.Number({ description: "the value over an empty window; default: 0 for count, sum, distinct, else missing" }),
    ),
    type: Type.Optional(ValueType),
    onMissing: Type.Optional(OnMissing),
    description: Type.Optional(Text),
  },
  { ...closed, description: "a function over a window of an aggregate source" },
);

const ColumnFeature = Type.Object(
  {
    from: SourceName,
    path: Type.String({
      minLength: 1,
      description: "where it lies in the source's answer: a column, a field, a path into JSON",
    }),
    type: ValueType,
    onMissing: Type.Optional(OnMissing),
    description: Type.Optional(Text),
  },
  { ...closed, description: "a part of a source's answer" },
);

const DerivedFeature = Type.Object(
  {
    expr: Type.String({
      minLength: 1,
      maxLength: 4096,
      description: "a CEL expression over other features",
      examples: ["amount / customer_avg_amount_30d"],
    }),
    type: ValueType,
    onMissing: Type.Optional(OnMissing),
    description: Type.Optional(Text),
  },
  { ...closed, description: "a value computed from other features" },
);

/** A source whose kind is defined outside: its own properties, and what all have. */
function sourceSchema({ kind, description, properties }: SourceKindDefinition): TObject {
  return Type.Object(
    {
      kind: Type.Literal(kind),
      ...(properties as TProperties),
      timeoutMs: Type.Optional(TimeoutMs),
      description: Type.Optional(Text),
    },
    { ...closed, description },
  );
}

/** A list that a kind of source holds: the kind's own properties, and what all have. */
function listSchema({ kind }: SourceKindDefinition, { description, properties }: ListDefinition): TObject {
  return Type.Object(
    {
      kind: Type.Literal(kind),
      ...(properties as TProperties),
      timeoutMs: Type.Optional(TimeoutMs),
      description: Type.Optional(Text),
    },
    { ...closed, description },
  );
}

const title = {
  ...closed,
  $id: "https://verdict.dev/schema/features.json",
  title: "Feature catalogue",
  description: "What features there are and where they come from.",
};

/** @param kinds the kinds of source that there are besides aggregates. */
export function catalogueSchema(kinds: readonly SourceKindDefinition[]) {
  return Type.Object(
    {
      $schema: Type.Optional(Type.String()),
      description: Type.Optional(Text),
      sources: Type.Record(
        Type.String({ pattern: name }),
        // The kinds are not known to the compiler; what is read as one of them has passed its schema.
        Type.Union([AggregateSource, ...kinds.map(sourceSchema)]) as unknown as typeof OtherSource,
        { ...closed, description: "an object of sources by name" },
      ),
      features: Type.Record(
        Type.String({ pattern: name }),
        Type.Union([RequestFeature, AggregateFeature, ColumnFeature, DerivedFeature]),
        { ...closed, description: "an object of features by name" },
      ),
      lists: Type.Optional(
        Type.Record(
          Type.String({ pattern: listName }),
          Type.Union(
            kinds.flatMap((kind) => (kind.list === undefined ? [] : [listSchema(kind, kind.list)])),
          ) as unknown as typeof List,
          { ...closed, description: "an object of lists by name that lie elsewhere than in files under lists/" },
        ),
      ),
    },
    title,
  );
}

const OtherSource = Type.Union([
  AggregateSource,
  Type.Object({ kind: Type.String(), timeoutMs: Type.Optional(TimeoutMs) }),
]);

const List = Type.Object({ kind: Type.String(), timeoutMs: Type.Optional(TimeoutMs) });

export type CatalogueDocument = Static<ReturnType<typeof catalogueSchema>>;
export type AggregateSourceDocument = Static<typeof AggregateSource>;
export type FeatureDocument = CatalogueDocument["features"][string];
export type AggregateFeatureDocument = Static<typeof AggregateFeature>;
