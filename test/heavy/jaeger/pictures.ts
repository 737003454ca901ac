import { writeFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import type { VerdictClient } from "../../../src/client/client.ts";
import { toFields } from "../../../src/client/value.ts";
import type { Json } from "../../../src/domain/event.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startEngine } from "../../support/engine.ts";
import { startDeviceService } from "../../support/jaeger/device-service.ts";
import { drawTrace } from "../../support/jaeger/draw-trace.ts";
import { type Jaeger, startJaeger } from "../../support/jaeger/jaeger.ts";
import { policies } from "../../support/thirty-two/documents.ts";
import { startThirtyTwo } from "../../support/thirty-two/thirty-two.ts";

/** `make pictures`: decides on a running system, reads the traces back from a real Jaeger and draws them. */
let tidyUp = async () => {};
const clean = cleanUp((run) => {
  tidyUp = run;
});
try {
  const jaeger = await startJaeger(clean);
  const tracing = { otlpEndpoint: jaeger.otlpEndpoint, traceOneIn: 1 };

  const thirtyTwo = await startThirtyTwo(clean, { takesMs: 20, slow: { b3: 90 } });
  const orders = await startEngine(clean, { ...thirtyTwo.documents, ...tracing });
  // The first decisions of a process still wait for connections and the compiler.
  for (let at = 0; at < 20; at++) await decide(orders.client, policies.complete, { order_id: `first-${at}` });
  await draw(
    jaeger,
    "slow",
    "One of 32 services is slow",
    await decide(orders.client, policies.complete, { order_id: "o-1" }),
  );

  // One engine sends traces at a time: the SDK's provider is global.
  await orders.stop();

  const { policiesDir } = await startDeviceService(clean);
  const { client } = await startEngine(clean, { policiesDir, ...tracing });
  const pay = (device_id: string, amount: number) => decide(client, "devices", { device_id, amount });
  for (let at = 0; at < 20; at++) await pay(`first-${at}`, 10);
  await draw(jaeger, "declined", "A rule declined", await pay("phone-1", 5_000));
  await draw(jaeger, "degraded", "A source failed, and the decision was made without it", await pay("broken-1", 10));
} finally {
  await tidyUp();
}

async function decide(client: VerdictClient, policy: string, event: Readonly<Record<string, Json>>): Promise<string> {
  const { trace_id } = await client.decide({ request_id: crypto.randomUUID(), policy, event: toFields(event) });
  return trace_id;
}

async function draw(jaeger: Jaeger, name: string, title: string, traceId: string): Promise<void> {
  const file = fileURLToPath(new URL(`../../../deploy/jaeger/${name}.svg`, import.meta.url));
  await writeFile(file, drawTrace(title, await jaeger.trace(traceId)));
  process.stdout.write(`drew deploy/jaeger/${name}.svg\n`);
}
