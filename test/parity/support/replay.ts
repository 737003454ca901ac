import { inFlight } from "../../../src/cli/demo/in-flight.ts";
import type { VerdictClient } from "../../../src/client/client.ts";
import { toTimestamp } from "../../../src/client/timestamp.ts";
import { toFields, toValue } from "../../../src/client/value.ts";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import type { Event } from "../../../src/server/generated/verdict/v1/Event.ts";
import type { Label } from "../../../src/server/generated/verdict/v1/Label.ts";
import type { Events, PlannedPurchase, Purchase } from "./events.ts";

export interface ReplayOptions {
  readonly explain: boolean;
  /** After each decision, in no particular order. */
  readonly onDecision: (purchase: Purchase, response: DecideResponse__Output) => void;
  /** After each event, recorded or decided. */
  readonly onEvent?: () => void;
}

/** What the engine took. */
export interface Replayed {
  readonly recorded: number;
  readonly labels: number;
  readonly decided: number;
}

/** Short beside what aggregates keep beyond their retention, for in one step recorded events arrive before decided ones. */
const stepMs = 6 * 3_600_000;
/** So long after an event its truth is known. */
const labelDelayMs = 7 * 24 * 3_600_000;
const concurrency = 32;

/**
 * Takes an engine through events as they happened: of each step it brings the labels that become known in it, records what
 * is not decided, then decides the rest. No window reaches nearer than the labels' delay, so no label is seen early.
 * @throws ServiceError or Error as soon as the engine refuses anything
 */
export async function replay(client: VerdictClient, events: Events, options: ReplayOptions): Promise<Replayed> {
  const done = { recorded: 0, labels: 0, decided: 0 };
  const unlabelled: (readonly PlannedPurchase[])[] = [];
  for await (const step of events.steps(stepMs)) {
    unlabelled.push(step);
    const known = unlabelled.length > labelDelayMs / stepMs ? unlabelled.shift()! : [];
    done.labels += await accepted(known, (labels) => client.reportLabels(labels.map(toLabel)));
    const { decided = [], recorded = [] } = Object.groupBy(step, (event) => (event.decided ? "decided" : "recorded"));
    done.recorded += await accepted(recorded, (all) => client.recordEvents(told(all, options)));
    done.decided += await decideInOrder(client, decided, options);
  }
  return done;
}

function* told(events: readonly Purchase[], { onEvent }: ReplayOptions): Generator<Event, undefined> {
  for (const event of events) {
    yield toEvent(event);
    onEvent?.();
  }
}

/** Sends all, and insists that all are taken and new. */
async function accepted(
  purchases: readonly Purchase[],
  send: (purchases: readonly Purchase[]) => ReturnType<VerdictClient["recordEvents"]>,
): Promise<number> {
  if (purchases.length === 0) return 0;
  const answer = await send(purchases);
  if (answer.accepted !== purchases.length) {
    throw new Error(`of ${purchases.length} messages not all were accepted: ${JSON.stringify(answer)}`);
  }
  return answer.accepted;
}

/** Many at a time, but those of one customer one after the other: each has to see the ones before it. */
async function decideInOrder(
  client: VerdictClient,
  purchases: readonly Purchase[],
  { explain, onDecision, onEvent }: ReplayOptions,
): Promise<number> {
  const ofCustomers = Map.groupBy(purchases, ({ customerId }) => customerId).values();
  await inFlight(ofCustomers, concurrency, async (ofOne) => {
    for (const purchase of ofOne) {
      onDecision(purchase, await client.decide({ ...toEvent(purchase), explain }));
      onEvent?.();
    }
    return "go on";
  });
  return purchases.length;
}

function toEvent({ requestId, occurredAtMs, customerId, terminalId, amount }: Purchase): Event {
  return {
    request_id: requestId,
    policy: "card-authorization",
    event: toFields({ customer_id: customerId, terminal_id: terminalId, amount }),
    occurred_at: toTimestamp(occurredAtMs),
  };
}

function toLabel({ requestId, occurredAtMs, fraud }: Purchase): Label {
  return { request_id: requestId, label: toValue(fraud), reported_at: toTimestamp(occurredAtMs + labelDelayMs) };
}
