/** A field of protobuf wire format: a varint, or bytes with their length. */
function field(number: number, content: number | string | Buffer): Buffer {
  if (typeof content === "number") return Buffer.concat([varint(number << 3), varint(content)]);
  const bytes = Buffer.from(content);
  return Buffer.concat([varint((number << 3) | 2), varint(bytes.length), bytes]);
}

function varint(value: number): Buffer {
  return value < 128 ? Buffer.from([value]) : Buffer.concat([Buffer.from([(value & 127) | 128]), varint(value >> 7)]);
}

/** A ValueInfoProto: float32, shaped [rows, columns]. */
function tensor(name: string, columns: number): Buffer {
  const rows = field(1, field(2, "rows"));
  const shape = field(2, Buffer.concat([rows, field(1, field(1, columns))]));
  return Buffer.concat([field(1, name), field(2, field(1, Buffer.concat([field(1, 1), shape])))]);
}

/** An ONNX graph that gives its input back: "x" of so many columns in, "y" out (onnx.proto3, ModelProto). */
export function identityGraph(columns: number): Buffer {
  return graphOf("Identity", columns, columns);
}

/** An ONNX graph that gives the mean of each row: "x" of so many columns in, "y" of one out. */
export function meanGraph(columns: number): Buffer {
  return graphOf("ReduceMean", columns, 1, [axes(1)]);
}

/** An ONNX graph in which rows meet: "y" is one row, the mean of all rows of "x". */
export function meanOfRowsGraph(columns: number): Buffer {
  return graphOf("ReduceMean", columns, columns, [axes(0)]);
}

/** An AttributeProto: the axis to reduce. */
function axes(axis: number): Buffer {
  return Buffer.concat([field(1, "axes"), field(8, axis), field(20, 7)]);
}

/** @param attributes AttributeProtos. */
function graphOf(operator: string, columnsIn: number, columnsOut: number, attributes: readonly Buffer[] = []): Buffer {
  const parts = [field(1, "x"), field(2, "y"), field(4, operator), ...attributes.map((each) => field(5, each))];
  const graph = [
    field(1, Buffer.concat(parts)),
    field(2, operator),
    field(11, tensor("x", columnsIn)),
    field(12, tensor("y", columnsOut)),
  ];
  const opset = Buffer.concat([field(1, ""), field(2, 13)]);
  return Buffer.concat([field(1, 7), field(8, opset), field(7, Buffer.concat(graph))]);
}
