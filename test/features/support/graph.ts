import { systemClock } from "../../../src/domain/clock.ts";
import type { Event } from "../../../src/domain/event.ts";
import type { Fetched } from "../../../src/domain/feature.ts";
import { Context } from "../../../src/features/context.ts";
import { Gathering } from "../../../src/features/fetch.ts";
import { Pace } from "../../../src/features/pace.ts";
import type { NodeAnswer, NodeCall, Plan, PlanNode } from "../../../src/features/plan.ts";

export interface Node {
  /** Also the name of the one feature it gives. */
  readonly name: string;
  /** Names of nodes, or `event`. */
  readonly inputs?: readonly string[];
  readonly kind?: PlanNode["kind"];
  readonly needsAll?: boolean;
  readonly timeoutMs?: number;
  readonly run: PlanNode["run"];
}

/** The feature that the event brings. */
const eventFeature = "event";
export const event: Event = { requestId: "r", occurredAtMs: 0, attributes: {} };

/** A plan of nodes, each after those it waits for. */
export function planOf(nodes: readonly Node[]): Plan {
  const names = [eventFeature, ...nodes.map(({ name }) => name)];
  const index = new Map(names.map((name, slot) => [name, slot]));
  const inputs = nodes.map((node) => (node.inputs ?? [eventFeature]).map((name) => index.get(name)!));
  return {
    slots: names.map((name) => ({ name, type: "integer", standIn: undefined })),
    index,
    eventFeatures: [
      {
        slot: 0,
        feature: { name: eventFeature, type: "integer", origin: { kind: "occurred_at" }, standIn: undefined },
      },
    ],
    nodes: nodes.map(({ name, kind = "source", needsAll = kind !== "model", timeoutMs = 5000, run }, at) => ({
      name,
      kind,
      sourceKind: kind === "source" ? "http" : undefined,
      inputs: inputs[at]!,
      outputs: [at + 1],
      needsAll,
      timeoutMs,
      run,
    })),
    producer: names.map((_, slot) => slot - 1),
    producers: inputs.map((slots) => slots.filter((slot) => slot > 0).map((slot) => slot - 1)),
    consumers: names.map((_, slot) => nodes.flatMap((_, at) => (inputs[at]!.includes(slot) ? [at] : []))),
  };
}

export interface Started {
  readonly plan: Plan;
  readonly context: Context;
  readonly gathering: Gathering;
  readonly all: ReadonlySet<number>;
  /** Each node's status by its name. */
  statuses(): Record<string, string>;
  /** Each feature's value, or why it has none; undefined while it is pending. */
  features(): Record<string, unknown>;
}

/** A gathering over the nodes, the event's feature set. */
export function gatheringOf(
  nodes: readonly Node[],
  deadlineMs = 5000,
  plan = planOf(nodes),
  pace = new Pace(plan),
): Started {
  const context = new Context(plan.slots, plan.index, { occurredAtMs: 0, lists: { has: () => undefined } });
  context.set(0, 1);
  const call = {
    event,
    include: () => false,
    deadlineMs: systemClock.monotonic() + deadlineMs,
    clock: systemClock,
    pace,
    outgoing: () => ({ spanId: "s", traceparent: "t" }),
    onLate: () => {},
  };
  const gathering = new Gathering(plan, context, call);
  return {
    plan,
    context,
    gathering,
    all: new Set(plan.nodes.keys()),
    statuses: () => Object.fromEntries(gathering.timings.map(({ node, status }) => [plan.nodes[node]!.name, status])),
    features: () =>
      Object.fromEntries(plan.slots.map(({ name }, slot) => [name, context.missing(slot) ?? context.value(name)])),
  };
}

export function ok(...values: readonly Fetched[]): NodeAnswer {
  return { status: "OK", values };
}

/** A source that answers when told to. */
export class Held {
  readonly calls: { readonly inputs: readonly Fetched[]; readonly signal: AbortSignal }[] = [];
  readonly #answer = Promise.withResolvers<NodeAnswer>();

  readonly run = (inputs: readonly Fetched[], call: NodeCall): Promise<NodeAnswer> => {
    this.calls.push({ inputs, signal: call.signal });
    return this.#answer.promise;
  };
  get started(): boolean {
    return this.calls.length > 0;
  }
  answer(value: Fetched): void {
    this.#answer.resolve(ok(value));
  }
  fail(error: unknown): void {
    this.#answer.reject(error);
  }
}

/** Lets everything run that waits for nothing but its turn. */
export async function turn(): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
}
