import assert from "node:assert/strict";
import { cleanUp } from "../support/clean-up.ts";
import { connected, explanationOf, featuresOf, startEngine } from "../support/engine.ts";
import { payment } from "../support/fixtures.ts";

describe("a request id", () => {
  const clean = cleanUp();

  it("counts once in every aggregate, sent 1,000 times at the same time over two connections", async () => {
    const { client, grpcAddress } = await startEngine(clean);
    const clients = [client, connected(clean, grpcAddress)];
    const request = { ...payment("same"), explain: true };
    const answers = await Promise.all(Array.from({ length: 1_000 }, (_, at) => clients[at % 2]!.decide(request)));
    for (const answer of answers) {
      assert.equal(answer.request_id, "same");
      assert.equal(explanationOf(answer).features.customer_count_1d?.value, 1);
    }
    await client.decide(payment("same"));
    assert.deepEqual(await client.recordEvents([payment("same")]), {
      accepted: 0,
      duplicates: 1,
      rejected: 0,
      rejections: [],
    });
    const { customer_count_1d, customer_sum_1d, terminal_count_7d } = await featuresOf(client);
    assert.deepEqual(
      { customer_count_1d, customer_sum_1d, terminal_count_7d },
      {
        customer_count_1d: 2,
        customer_sum_1d: 50,
        terminal_count_7d: 2,
      },
    );
  });
});
