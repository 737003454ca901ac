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
  const node = Buffer.concat([field(1, "x"), field(2, "y"), field(4, "Identity")]);
  const graph = [
    field(1, node),
    field(2, "identity"),
    field(11, tensor("x", columns)),
    field(12, tensor("y", columns)),
  ];
  const opset = Buffer.concat([field(1, ""), field(2, 13)]);
  return Buffer.concat([field(1, 7), field(8, opset), field(7, Buffer.concat(graph))]);
}
