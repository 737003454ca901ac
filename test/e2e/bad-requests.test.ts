import assert from "node:assert/strict";
import type { Value } from "../../src/server/generated/google/protobuf/Value.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";
import { cleanUp } from "../support/clean-up.ts";
import { metric, type RunningEngine, startEngine } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { encode, rawClient } from "../support/raw-client.ts";
import { until } from "../support/until.ts";

const decideMethod = "/verdict.v1.DecisionService/Decide";
const good = payment("r1");

/** A payment with some attributes replaced by values no JSON could hold. */
function withValues(event: Record<string, Value>): DecideRequest {
  return { ...good, event: { ...good.event, ...event } };
}

function nested(levels: number): Value {
  return levels === 0 ? { boolValue: true } : { structValue: { fields: { a: nested(levels - 1) } } };
}

const badTime = "must be a valid time between 2000-01-01 and a day from now";
const notFinite = "must be a finite number, not NaN or an infinity";
const seconds = (iso: string) => Date.parse(iso) / 1000;

interface BadRequest {
  readonly what: string;
  readonly request: DecideRequest;
  readonly reason: "BAD_REQUEST" | "BAD_EVENT";
  readonly violations: Readonly<Record<string, string>>;
}

const badRequests: readonly BadRequest[] = [
  {
    what: "no request id",
    request: { ...good, request_id: "" },
    reason: "BAD_REQUEST",
    violations: { request_id: "is required: a key that is the same when the request is retried" },
  },
  {
    what: "a request id of 129 bytes in 43 characters",
    request: { ...good, request_id: "€".repeat(43) },
    reason: "BAD_REQUEST",
    violations: { request_id: "has 129 bytes, at most 128 are allowed" },
  },
  {
    what: "nothing at all",
    request: {},
    reason: "BAD_REQUEST",
    violations: {
      request_id: "is required: a key that is the same when the request is retried",
      policy: "is required: the id of the policy that decides",
    },
  },
  ...(
    [
      ["1969", { seconds: seconds("1969-12-31T23:59:59Z"), nanos: 0 }],
      ["the year 9999", { seconds: seconds("9999-12-31T23:59:59Z"), nanos: 0 }],
      ["the end of 64 bits", { seconds: "9223372036854775807", nanos: 0 }],
      ["negative nanos", { seconds: seconds("2026-01-07T12:00:00Z"), nanos: -1 }],
      ["a billion nanos", { seconds: seconds("2026-01-07T12:00:00Z"), nanos: 1_000_000_000 }],
    ] as const
  ).map(
    ([what, occurred_at]): BadRequest => ({
      what: `a time of ${what}`,
      request: { ...good, occurred_at },
      reason: "BAD_REQUEST",
      violations: { occurred_at: badTime },
    }),
  ),
  ...[Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map(
    (numberValue): BadRequest => ({
      what: `an amount of ${numberValue}`,
      request: withValues({ amount: { numberValue } }),
      reason: "BAD_EVENT",
      violations: { "event.amount": notFinite },
    }),
  ),
  {
    what: "several attributes of wrong types",
    request: withValues({
      amount: { stringValue: "12" },
      customer_id: { listValue: { values: [] } },
      terminal: { structValue: { fields: { id: { boolValue: true } } } },
    }),
    reason: "BAD_EVENT",
    violations: {
      "event.customer_id": "must be a string, but is a list",
      "event.amount": "must be a finite number, but is a string",
      "event.terminal.id": "must be a string, but is a boolean",
    },
  },
  {
    what: "required attributes that are null or not there",
    request: { ...good, event: { amount: { nullValue: "NULL_VALUE" } } },
    reason: "BAD_EVENT",
    violations: {
      "event.customer_id": "is required (a string), but is missing",
      "event.amount": "is required (a finite number), but is null",
    },
  },
  {
    what: "a text longer than its maxLength",
    request: withValues({ customer_id: { stringValue: "c".repeat(33) } }),
    reason: "BAD_EVENT",
    violations: { "event.customer_id": "has 33 characters, at most 32 are allowed" },
  },
  {
    what: "an attribute nested too deep",
    request: withValues({ deep: nested(17) }),
    reason: "BAD_EVENT",
    violations: { [`event.deep${".a".repeat(17)}`]: "is nested deeper than 16 levels" },
  },
];

describe("Decide refuses", () => {
  const shared = cleanUp(after);
  let engine: RunningEngine;
  let send: ReturnType<typeof rawClient>;
  before(async () => {
    engine = await startEngine(shared);
    send = rawClient(shared, engine.grpcAddress);
  });

  // Whatever was sent before: the next request is answered.
  afterEach(async () => {
    assert.equal((await engine.client.decide(good)).outcome, "approve");
  });

  for (const { what, request, reason, violations } of badRequests) {
    it(`${what}, naming the field`, async () => {
      const refused = await send(decideMethod, encode("verdict.v1.DecideRequest", request));
      const list = Object.entries(violations).map(([field, description]) => ({ field, description }));
      assert.ok(!Buffer.isBuffer(refused));
      const byField = (a: { field: string }, b: { field: string }) => (a.field < b.field ? -1 : 1);
      assert.deepEqual(
        { ...refused, message: "", violations: refused.violations?.toSorted(byField) },
        { code: "INVALID_ARGUMENT", message: "", reason, domain: "verdict", violations: list.sort(byField) },
      );
      for (const { field, description } of list) assert.ok(refused.message.includes(`${field} ${description}`));
    });
  }

  it("a policy that does not exist, naming those that do", async () => {
    assert.deepEqual(await send(decideMethod, encode("verdict.v1.DecideRequest", { ...good, policy: "payment" })), {
      code: "NOT_FOUND",
      message: 'there is no policy "payment"; known policies: payments',
      reason: "UNKNOWN_POLICY",
      domain: "verdict",
    });
  });

  it("a message of more than 64 KiB", async () => {
    const request = withValues({ note: { stringValue: "x".repeat(64 * 1024) } });
    const refused = await send(decideMethod, encode("verdict.v1.DecideRequest", request));
    assert.ok(!Buffer.isBuffer(refused));
    assert.equal(refused.code, "RESOURCE_EXHAUSTED");
  });

  it("bytes that are no message", async () => {
    for (const bytes of ["ff", "0affffffff0f", "1a02ffff", "08"]) {
      const refused = await send(decideMethod, Buffer.from(bytes, "hex"));
      assert.ok(!Buffer.isBuffer(refused), bytes);
      assert.ok(["INTERNAL", "INVALID_ARGUMENT"].includes(refused.code), `${bytes}: ${refused.code}`);
    }
  });

  it("a method that does not exist", async () => {
    const refused = await send("/verdict.v1.DecisionService/DecideAll", Buffer.alloc(0));
    assert.ok(!Buffer.isBuffer(refused));
    assert.equal(refused.code, "UNIMPLEMENTED");
  });

  it("counts its refusals by reason", async () => {
    const sample = 'verdict_refused_total{method="Decide",reason="UNKNOWN_POLICY"}';
    const before = await metric(engine.httpAddress, sample);
    await assert.rejects(engine.client.decide({ ...good, policy: "none" }), { reason: "UNKNOWN_POLICY" });
    assert.equal(await metric(engine.httpAddress, sample), before + 1);
  });

  it("no attribute it does not know: those are ignored and counted", async () => {
    const sample = 'verdict_ignored_attributes_total{policy="payments"}';
    const before = await metric(engine.httpAddress, sample);
    await engine.client.decide(withValues({ colour: { stringValue: "red" }, deep: nested(16) }));
    await until(async () => (await metric(engine.httpAddress, sample)) === before + 2);
  });

  describe("an attribute called __proto__", () => {
    /** No encoder of ours would write that name: it takes the place of another as long. */
    function renamed(request: DecideRequest): Buffer {
      const bytes = encode("verdict.v1.DecideRequest", request);
      const at = bytes.indexOf("xxprotoxx");
      assert.ok(at > 0);
      bytes.write("__proto__", at);
      return bytes;
    }
    const hidden: Value = { structValue: { fields: { amount: { numberValue: 5000 } } } };

    it("not at all: it is one more that it does not know", async () => {
      const bytes = renamed({ ...withValues({ xxprotoxx: hidden }), explain: true, dry_run: true });
      const answer = await send(decideMethod, bytes);
      assert.ok(Buffer.isBuffer(answer), JSON.stringify(answer));
      assert.ok(answer.includes("approve"));
      assert.equal(({} as Record<string, unknown>).amount, undefined);
    });

    it("when a required one hides in it", async () => {
      const { customer_id } = good.event ?? {};
      const refused = await send(
        decideMethod,
        renamed({ ...good, event: { customer_id: customer_id!, xxprotoxx: hidden } }),
      );
      assert.ok(!Buffer.isBuffer(refused));
      assert.deepEqual(refused.violations, [
        { field: "event.amount", description: "is required (a finite number), but is missing" },
      ]);
    });
  });

  it("an attribute nested by thousands of levels, before it walks them", async () => {
    const field = (tag: number, content: Buffer) => {
      const length: number[] = [];
      for (let rest = content.length; ; rest >>= 7) {
        if (rest < 128) return Buffer.concat([Buffer.from([tag, ...length, rest]), content]);
        length.push((rest & 127) | 128);
      }
    };
    const entry = (value: Buffer) => Buffer.concat([field(0x0a, Buffer.from("a")), field(0x12, value)]);
    let value = Buffer.alloc(0);
    for (let level = 0; level < 4_000; level++) value = field(0x2a, field(0x0a, entry(value)));
    const bytes = Buffer.concat([encode("verdict.v1.DecideRequest", good), field(0x1a, entry(value))]);
    assert.ok(bytes.length < 64 * 1024);
    const refused = await send(decideMethod, bytes);
    assert.ok(!Buffer.isBuffer(refused));
    assert.ok(["INTERNAL", "INVALID_ARGUMENT"].includes(refused.code), refused.code);
  });
});
