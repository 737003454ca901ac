import assert from "node:assert/strict";
import type { MessageTypeDefinition } from "@grpc/proto-loader";
import fc from "fast-check";
import { fromFields, toFields } from "../../src/client/value.ts";
import { VerdictError } from "../../src/domain/errors.ts";
import type { Json } from "../../src/domain/event.ts";
import { attributesFromWire, timeFromWire, valueFromWire } from "../../src/server/from-wire.ts";
import type { Value__Output } from "../../src/server/generated/google/protobuf/Value.ts";
import type { DecideRequest, DecideRequest__Output } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { protos } from "../../src/server/protos.ts";

const { serialize, deserialize } = protos["verdict.v1.DecideRequest"] as MessageTypeDefinition<
  DecideRequest,
  DecideRequest__Output
>;

/** Through the real wire format. */
const received = (event: DecideRequest["event"] & object) => deserialize(serialize({ event })).event;

const json = fc.letrec<{ value: Json }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.constant(null),
    fc.boolean(),
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.string({ unit: "grapheme" }),
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.string({ unit: "grapheme" }), tie("value"), { maxKeys: 4 }),
  ),
})).value;
const attributes = fc.dictionary(fc.string({ unit: "grapheme", maxLength: 12 }), json, { maxKeys: 8 });

/** Own properties only: what the two sides of the wire have in common. */
const plain = (value: unknown) => JSON.parse(JSON.stringify(value));

function violationsOf(run: () => unknown): unknown {
  try {
    run();
  } catch (error) {
    assert.ok(error instanceof VerdictError);
    return { reason: error.reason, violations: error.violations };
  }
  assert.fail("it was accepted");
}

describe("from the wire", () => {
  it("every JSON value arrives as it was sent", () => {
    fc.assert(
      fc.property(attributes, (event) => {
        fc.pre(!JSON.stringify(event).includes("__proto__"));
        const wire = received(toFields(event));
        assert.deepEqual(plain(attributesFromWire(wire)), plain(event));
        assert.deepEqual(plain(fromFields(wire)), plain(event));
      }),
    );
  });

  it("names every number that is not finite and every value nested too deep, by its path", () => {
    let deep: Value__Output = { kind: "boolValue", boolValue: true };
    for (let level = 0; level < 17; level++) deep = { kind: "listValue", listValue: { values: [deep] } };
    const number = (numberValue: number): Value__Output => ({ kind: "numberValue", numberValue });
    const event = {
      good: number(1),
      bad: number(Number.NaN),
      inside: {
        kind: "structValue",
        structValue: {
          fields: { list: { kind: "listValue", listValue: { values: [number(1), number(Number.POSITIVE_INFINITY)] } } },
        },
      } as Value__Output,
      deep,
    };
    const description = "must be a finite number, not NaN or an infinity";
    assert.deepEqual(
      violationsOf(() => attributesFromWire(event)),
      {
        reason: "BAD_EVENT",
        violations: [
          { field: "event.bad", description },
          { field: "event.inside.list[1]", description },
          { field: `event.deep${"[0]".repeat(17)}`, description: "is nested deeper than 16 levels" },
        ],
      },
    );
    assert.deepEqual(
      violationsOf(() => valueFromWire(number(Number.NaN), "label")),
      { reason: "BAD_REQUEST", violations: [{ field: "label", description }] },
    );
  });

  it("a value without a kind is null", () => {
    assert.equal(valueFromWire({}, "label"), null);
  });

  it("a time is whole milliseconds, rounded down also before 1970, and NaN when its nanos are none", () => {
    assert.equal(timeFromWire(null), undefined);
    assert.equal(timeFromWire({ seconds: 1, nanos: 999_999_999 }), 1_999);
    assert.equal(timeFromWire({ seconds: -1, nanos: 1 }), -1_000);
    for (const nanos of [-1, 1_000_000_000]) assert.ok(Number.isNaN(timeFromWire({ seconds: 0, nanos })));
  });
});
