/** A test of the CEL specification (cel.expr.conformance.test.SimpleTest, as protobuf's JSON writes it). */
export interface ConformanceTest {
  readonly name: string;
  readonly expr: string;
  readonly typeEnv?: readonly { readonly name: string; readonly ident?: { readonly type: TypeJson } }[];
  readonly bindings?: Readonly<Record<string, { readonly value: ValueJson }>>;
  readonly container?: string;
  readonly disableCheck?: boolean;
  readonly checkOnly?: boolean;
  /** What must come out; without any of these: true. */
  readonly value?: ValueJson;
  readonly typedResult?: { readonly result?: ValueJson; readonly deducedType: TypeJson };
  readonly evalError?: object;
}

/** cel.expr.Value: one of these. */
export interface ValueJson {
  readonly int64Value?: string;
  readonly uint64Value?: string;
  readonly doubleValue?: number | "NaN" | "Infinity" | "-Infinity";
  readonly stringValue?: string;
  /** Base64. */
  readonly bytesValue?: string;
  readonly boolValue?: boolean;
  readonly nullValue?: null;
  readonly listValue?: { readonly values?: readonly ValueJson[] };
  readonly mapValue?: { readonly entries?: readonly { readonly key: ValueJson; readonly value: ValueJson }[] };
  readonly typeValue?: string;
  /** A timestamp or a duration; tests with other messages are left out. */
  readonly objectValue?: { readonly "@type": string; readonly value: string };
}

/** cel.expr.Type: one of these. */
export interface TypeJson {
  readonly primitive?: "BOOL" | "INT64" | "UINT64" | "DOUBLE" | "STRING" | "BYTES";
  readonly wellKnown?: "TIMESTAMP" | "DURATION";
  readonly messageType?: string;
  readonly null?: null;
  readonly dyn?: object;
  readonly listType?: { readonly elemType: TypeJson };
  readonly mapType?: { readonly keyType: TypeJson; readonly valueType: TypeJson };
}
