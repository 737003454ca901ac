import assert from "node:assert/strict";
import type { DecideCall } from "../../src/domain/decision.ts";
import { VerdictError } from "../../src/domain/errors.ts";
import { cleanUp } from "../support/clean-up.ts";
import { connected } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";
import { until } from "../support/until.ts";
import { emptyDecision, serveFakes } from "./serve-fakes.ts";

/** Deciding that waits until it is let go. */
function heldDecide() {
  const arrived = Promise.withResolvers<void>();
  const released = Promise.withResolvers<void>();
  return {
    arrived: arrived.promise,
    release: released.resolve,
    decide: async () => {
      arrived.resolve();
      await released.promise;
      return emptyDecision;
    },
  };
}

const overloaded = {
  code: "RESOURCE_EXHAUSTED",
  reason: "OVERLOADED",
  message: "1 calls are being decided already; call again later, or elsewhere",
  violations: [],
};

describe("the gRPC server", () => {
  const clean = cleanUp();

  it("refuses one call more than it may decide at the same time, and takes the next when one has ended", async () => {
    const held = heldDecide();
    const { address } = await serveFakes(clean, { maxInFlight: 1, decide: held.decide });
    const client = connected(clean, address);
    const first = client.decide(payment("r1"));
    await held.arrived;
    await assert.rejects(client.decide(payment("r2")), overloaded);
    held.release();
    assert.equal((await first).outcome, "approve");
    assert.equal((await client.decide(payment("r3"))).outcome, "approve");
  });

  it("takes calls again after those in flight were cancelled by their callers", async () => {
    const held = heldDecide();
    const { address } = await serveFakes(clean, { maxInFlight: 1, decide: held.decide });
    const client = connected(clean, address);
    await assert.rejects(client.decide(payment("r1"), { deadlineMs: 100 }), { code: "DEADLINE_EXCEEDED" });
    held.release();
    await new Promise(setImmediate);
    assert.equal((await client.decide(payment("r2"))).outcome, "approve");
  });

  it("takes calls again after a stream was cancelled halfway", async () => {
    const { address } = await serveFakes(clean, { maxInFlight: 1 });
    const client = connected(clean, address);
    for (let round = 0; round < 3; round++) {
      async function* broken() {
        yield payment("r1");
        await new Promise((resolve) => setTimeout(resolve, 20));
        throw new Error("the file ended early");
      }
      await assert.rejects(client.recordEvents(broken()), { message: "the file ended early" });
    }
    await until(() =>
      client.decide(payment("r2")).then(
        () => true,
        () => false,
      ),
    );
  });

  it("tells deciding when the caller stops waiting", async () => {
    const calls: DecideCall[] = [];
    const decide = async (_: unknown, call: DecideCall) => {
      calls.push(call);
      return emptyDecision;
    };
    const client = connected(clean, (await serveFakes(clean, { decide })).address);
    await client.decide(payment("r1"), { deadlineMs: 60_000 });
    await client.decide(payment("r2"));
    const [{ arrivedMs, deadlineMs = Number.NaN }, { deadlineMs: never }] = calls as [DecideCall, DecideCall];
    assert.ok(deadlineMs - arrivedMs > 30_000 && deadlineMs - arrivedMs <= 60_001, `${deadlineMs - arrivedMs}`);
    assert.equal(never, undefined);
  });

  it("says no more than INTERNAL of what it did not foresee, and goes on", async () => {
    const errors: unknown[] = [];
    const bug = new TypeError("customer 4711 is undefined");
    let broken = true;
    const decide = async () => {
      if (broken) throw bug;
      return emptyDecision;
    };
    const onError = (...told: unknown[]) => errors.push(told);
    const client = connected(clean, (await serveFakes(clean, { decide, onError })).address);
    await assert.rejects(client.decide(payment("r1")), {
      code: "INTERNAL",
      reason: "INTERNAL",
      message: "internal error",
      violations: [],
    });
    assert.deepEqual(errors, [[bug, "Decide"]]);
    broken = false;
    assert.equal((await client.decide(payment("r2"))).outcome, "approve");
  });

  it("counts what a stream brought and names the first ten it refused, by index", async () => {
    const feedback = {
      recordEvent: async ({ requestId }: { requestId: string }) => {
        if (requestId.startsWith("bad")) throw new VerdictError("BAD_EVENT", `${requestId} is bad`);
        return requestId.startsWith("old") ? ("duplicate" as const) : ("accepted" as const);
      },
      reportLabel: async () => "accepted" as const,
    };
    const client = connected(clean, (await serveFakes(clean, { feedback })).address);
    const ids = ["new", "bad0", "old", ...Array.from({ length: 11 }, (_, at) => `bad${at + 1}`), "new"];
    assert.deepEqual(await client.recordEvents(ids.map((id) => payment(id))), {
      accepted: 2,
      duplicates: 1,
      rejected: 12,
      rejections: [1, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((index) => ({
        index,
        request_id: ids[index],
        reason: "BAD_EVENT",
        message: `${ids[index]} is bad`,
      })),
    });
  });

  it("finishes running calls and refuses new ones while it drains", async () => {
    const held = heldDecide();
    const server = await serveFakes(clean, { decide: held.decide });
    const client = connected(clean, server.address);
    const running = client.decide(payment("r1"));
    await held.arrived;
    const drained = server.drain(60_000);
    await assert.rejects(client.decide(payment("r2")), { code: "UNAVAILABLE" });
    held.release();
    assert.equal((await running).outcome, "approve");
    await drained;
  });

  it("ends what does not finish in the time to drain", async () => {
    const held = heldDecide();
    const server = await serveFakes(clean, { decide: held.decide });
    const client = connected(clean, server.address);
    const running = client.decide(payment("r1"));
    await held.arrived;
    const failed = assert.rejects(running, { code: "UNAVAILABLE" });
    await server.drain(50);
    await failed;
    held.release();
  });

  it("says which address it cannot listen on, and how to choose another", async () => {
    const { address } = await serveFakes(clean, {});
    await assert.rejects(serveFakes(clean, { address }), {
      message: new RegExp(
        `^cannot listen on ${address}: .+; choose another address with --grpc or VERDICT_GRPC_ADDRESS$`,
      ),
    });
  });
});
