import { deepStrictEqual, throws } from "node:assert/strict";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import fc from "fast-check";
import { fromStruct, fromValue, toFields, toValue } from "../../src/client/value.ts";
import type { Json } from "../../src/domain/event.ts";
import type { Struct, Struct__Output } from "../../src/server/generated/google/protobuf/Struct.ts";
import { protos } from "../../src/server/protos.ts";

/** What the other side reads: through the bytes and back. */
function overTheWire(struct: Struct): Struct__Output {
  const type = protos["google.protobuf.Struct"] as MessageTypeDefinition<Struct, Struct__Output>;
  return type.deserialize(Buffer.from(type.serialize(struct)));
}

describe("plain values as google.protobuf.Value", () => {
  it("take every kind", () => {
    deepStrictEqual(toFields({ none: null, yes: true, amount: 12.5, text: "", list: [1, "a"], nested: { deep: {} } }), {
      none: { nullValue: "NULL_VALUE" },
      yes: { boolValue: true },
      amount: { numberValue: 12.5 },
      text: { stringValue: "" },
      list: { listValue: { values: [{ numberValue: 1 }, { stringValue: "a" }] } },
      nested: { structValue: { fields: { deep: { structValue: { fields: {} } } } } },
    });
  });

  it("come back the same over the wire", () => {
    // protobufjs maps are plain objects, in which `__proto__` is no ordinary key.
    const { value: json } = fc.letrec<{ value: Json }>((tie) => ({
      value: fc.oneof(
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }),
        fc.string(),
        fc.array(tie("value"), { maxLength: 3 }),
        fc.dictionary(
          fc.string().filter((name) => name !== "__proto__"),
          tie("value"),
          { maxKeys: 3, noNullPrototype: true },
        ),
      ),
    }));
    fc.assert(
      fc.property(json, (value) => {
        deepStrictEqual(fromStruct(overTheWire({ fields: toFields({ value }) })), { value });
      }),
    );
  });

  it("refuse what google.protobuf.Value cannot hold", () => {
    throws(() => toValue(Number.NaN), /^RangeError: NaN is not a finite number$/);
    throws(() => toValue([Number.POSITIVE_INFINITY]), RangeError);
  });

  it("read a value without a kind as null", () => {
    deepStrictEqual(fromValue({}), null);
  });
});
