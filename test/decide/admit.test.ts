import assert from "node:assert/strict";
import { admit } from "../../src/decide/admit.ts";
import type { Clock } from "../../src/domain/clock.ts";
import type { FieldViolation } from "../../src/domain/errors.ts";
import { bundleOf } from "./support/engine.ts";

const now = Date.UTC(2026, 0, 7, 12);
const day = 86_400_000;
const clock: Clock = { now: () => now, monotonic: () => 1000, epochOf: () => now };
const condition = (fact: string) => ({ fact, operator: "equal", value: 1 });
const bundle = bundleOf({
  features: {
    amount: { from: "request", path: "amount", type: "double", required: true },
    terminal: { from: "request", path: "terminal.id", type: "string", maxLength: 4 },
    unused: { from: "request", path: "unused", type: "boolean" },
    late: { expr: "occurred_at.getHours() > 20", type: "boolean" },
  },
  policy: {
    deadlineMs: 700,
    rules: [
      { name: "r", conditions: { any: ["amount", "terminal", "late"].map(condition) }, event: { type: "review" } },
    ],
  },
});

const good = { requestId: "r", policy: "p", event: { amount: 1 }, occurredAtMs: now };

function admitted(parts: object = {}, deadlineMs?: number) {
  return admit({ ...good, ...parts }, { arrivedMs: 1000, deadlineMs }, bundle, {
    clock,
    lists: { has: () => undefined },
  });
}

const refusals: Readonly<Record<string, readonly [parts: object, reason: string, ...violations: FieldViolation[]]>> = {
  "an empty request id": [
    { requestId: "" },
    "BAD_REQUEST",
    { field: "request_id", description: "is required: a key that is the same when the request is retried" },
  ],
  "a request id of too many bytes": [
    { requestId: "é".repeat(65) },
    "BAD_REQUEST",
    { field: "request_id", description: "has 130 bytes, at most 128 are allowed" },
  ],
  "no policy": [
    { policy: "" },
    "BAD_REQUEST",
    { field: "policy", description: "is required: the id of the policy that decides" },
  ],
  ...Object.fromEntries(
    [Date.UTC(2000, 0, 1) - 1, now + day + 1, Number.NaN, Number.POSITIVE_INFINITY].map((occurredAtMs) => [
      `the time ${occurredAtMs}`,
      [
        { occurredAtMs },
        "BAD_REQUEST",
        { field: "occurred_at", description: "must be a valid time between 2000-01-01 and a day from now" },
      ] as const,
    ]),
  ),
  "several fields at once": [
    { requestId: "", policy: "" },
    "BAD_REQUEST",
    { field: "request_id", description: "is required: a key that is the same when the request is retried" },
    { field: "policy", description: "is required: the id of the policy that decides" },
  ],
  "an event with several bad attributes": [
    { event: { terminal: { id: "12345" } } },
    "BAD_EVENT",
    { field: "event.amount", description: "is required (a finite number), but is missing" },
    { field: "event.terminal.id", description: "has 5 characters, at most 4 are allowed" },
  ],
};

describe("admitting a request", () => {
  for (const [name, [parts, reason, ...violations]] of Object.entries(refusals)) {
    it(`refuses ${name}`, () => {
      const message = violations.map(({ field, description }) => `${field} ${description}`).join("; ");
      assert.throws(() => admitted(parts), { name: "VerdictError", reason, message, violations });
    });
  }

  it("refuses an unknown policy, and names the known ones", () =>
    assert.throws(() => admitted({ policy: "constructor" }), {
      reason: "UNKNOWN_POLICY",
      message: 'there is no policy "constructor"; known policies: p',
    }));

  it("takes what is at the edge", () => {
    for (const parts of [
      { requestId: "é".repeat(64) },
      { occurredAtMs: Date.UTC(2000, 0, 1) },
      { occurredAtMs: now + day },
      { event: { amount: 0, terminal: { id: "1234" } } },
    ])
      admitted(parts);
  });

  it("sets what the event brings, and only that", () => {
    const { context, event } = admitted({ event: { amount: 2 }, occurredAtMs: undefined });
    assert.deepEqual(
      [context.value("amount"), context.state("terminal"), context.state("late")],
      [2, "missing", "pending"],
    );
    assert.equal(event.occurredAtMs, now);
    assert.equal(context.value("occurred_at"), now);
  });

  it("tells attributes that the policy does not use, and does not mind their types", () => {
    const event = { amount: 1, terminal: { id: "1", more: 1 }, unused: "text", extra: null };
    assert.deepEqual(admitted({ event }).ignoredAttributes, ["unused", "extra"]);
  });

  it("answers by the policy's deadline, or a little before the caller's", () => {
    const deadlines: readonly [caller: number | undefined, mine: number][] = [
      [undefined, 1700],
      [9000, 1700],
      // A tenth of the time earlier, at least 1 ms, at most 10 ms.
      [1400, 1390],
      [1050, 1045],
      [1005, 1004],
      [1000, 999],
      [900, 899],
    ];
    for (const [caller, mine] of deadlines) assert.equal(admitted({}, caller).deadlineMs, mine);
  });
});
