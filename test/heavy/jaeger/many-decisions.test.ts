import assert from "node:assert/strict";
import { fileURLToPath } from "node:url";
import { toTimestamp } from "../../../src/client/timestamp.ts";
import { toFields } from "../../../src/client/value.ts";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { simulate } from "../../../src/simulate/simulate.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startEngine } from "../../support/engine.ts";
import { checkTrace } from "../../support/jaeger/check-trace.ts";
import { type Jaeger, startJaeger } from "../../support/jaeger/jaeger.ts";
import type { JaegerSpan } from "../../support/jaeger/jaeger-span.ts";
import { policies } from "../../support/thirty-two/documents.ts";
import { services } from "../../support/thirty-two/layout.ts";
import { startThirtyTwo } from "../../support/thirty-two/thirty-two.ts";

const slowMs = 150;

const folder = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

describe("every decision in Jaeger", () => {
  const clean = cleanUp();
  let jaeger: Jaeger;

  beforeEach(async () => {
    jaeger = await startJaeger(clean);
  });

  const tracing = () => ({ otlpEndpoint: jaeger.otlpEndpoint, traceOneIn: 1, traceMaxPerSecond: 100_000 });

  async function checkAll(answers: readonly DecideResponse__Output[]): Promise<void> {
    for (const answer of answers) checkTrace(await jaeger.trace(answer.trace_id), answer);
  }

  it("is told as it was answered: 1,000 of the demo's", async () => {
    const documents = { policiesDir: folder("policies"), modelsDir: folder("models") };
    const { client } = await startEngine(clean, { ...documents, ...tracing() });
    const events = [...simulate({ seed: 11, transactions: 1_500 }).transactions].slice(0, 1_000);
    const answers: DecideResponse__Output[] = [];
    for (const { requestId, occurredAtMs, customerId, terminalId, amount } of events) {
      const event = toFields({ customer_id: customerId, terminal_id: terminalId, amount });
      const occurred_at = toTimestamp(occurredAtMs);
      answers.push(await client.decide({ request_id: requestId, policy: "card-authorization", event, occurred_at }));
    }
    assert.equal(answers.length, 1_000);
    await checkAll(answers);
  });

  it("of 32 requests, 4 deep, blames the service that was slow: 200 of them, each with another", async () => {
    const thirtyTwo = await startThirtyTwo(clean, { takesMs: 2, deadlineMs: 20_000, timeoutMs: 15_000 });
    const { client } = await startEngine(clean, { ...thirtyTwo.documents, ...tracing() });
    const decide = (order: string) =>
      client.decide({ request_id: order, policy: policies.complete, event: toFields({ order_id: order }) });
    for (let at = 0; at < 20; at++) await decide(`before-${at}`);
    const answers: DecideResponse__Output[] = [];
    for (let tried = 0; answers.length < 200; tried++) {
      assert.ok(tried < 600, "the machine is too busy for one slow service to be the only one");
      const slow = services[(answers.length * 7) % services.length]!.name;
      await thirtyTwo.setTimes({ takesMs: 2, slow: { [slow]: slowMs } });
      const answer = await decide(`order-${tried}`);
      // Where the machine stalled, others took long too: such a decision says nothing of one slow service.
      if (answer.sources.some(({ name, duration_ms }) => name !== slow && duration_ms > slowMs / 2)) continue;
      answers.push(answer);
      const spans = await jaeger.trace(answer.trace_id);
      for (const measure of ["contribution_ms", "saving_ms"]) {
        const of = ({ attributes }: JaegerSpan) => Number(attributes[`verdict.source.${measure}`] ?? 0);
        const blamed = spans.reduce((most, span) => (of(span) > of(most) ? span : most));
        assert.equal(blamed.name, `source ${slow}`, measure);
      }
    }
    await checkAll(answers);
  });
});
