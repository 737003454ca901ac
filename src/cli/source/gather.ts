import { randomBytes } from "node:crypto";
import { systemClock } from "../../domain/clock.ts";
import { Missing } from "../../domain/feature.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { Context } from "../../features/context.ts";
import { readEventFeature } from "../../features/event-features.ts";
import { Gathering, type NodeTiming } from "../../features/fetch.ts";
import { Pace } from "../../features/pace.ts";
import { makePlan, type Plan } from "../../features/plan.ts";
import type { Sample } from "./sample.ts";

/** Each fetch has its own end; all of them together have none to speak of. */
const dayMs = 86_400_000;

/** One run of a plan as decisions run it. */
export interface Gathered {
  readonly plan: Plan;
  readonly context: Context;
  /** By the names of nodes. */
  readonly timings: ReadonlyMap<string, NodeTiming>;
}

/** A plan for the named features in which each fetch may take so long, whatever the catalogue says. */
export function planFor(
  { catalogue }: Sample,
  features: Iterable<string>,
  sources: ReadonlyMap<string, FeatureSource>,
  timeoutMs: number,
): Plan {
  const plan = makePlan(catalogue, features, [], sources);
  const nodes = plan.nodes.map((node) => (node.kind === "source" ? { ...node, timeoutMs } : node));
  return { ...plan, nodes };
}

/**
 * Runs a plan over a sample, every fetch as soon as what it needs is there.
 * @throws if an attribute of the event does not fit its feature.
 */
export async function gather(plan: Plan, { event }: Sample): Promise<Gathered> {
  const lists = { has: () => undefined };
  const context = new Context(plan.slots, plan.index, { occurredAtMs: event.occurredAtMs, lists });
  for (const { slot, feature } of plan.eventFeatures) {
    const value = readEventFeature(feature, event);
    if (typeof value === "object" && !(value instanceof Missing))
      throw new Error(`${value.field} ${value.description}`);
    context.set(slot, value);
  }
  const gathering = new Gathering(plan, context, {
    event,
    include: () => false,
    deadlineMs: systemClock.monotonic() + dayMs,
    clock: systemClock,
    pace: new Pace(plan),
    outgoing,
    onLate: () => {},
  });
  await gathering.until(new Set(plan.nodes.keys()));
  const timings = new Map(gathering.timings.map((timing) => [plan.nodes[timing.node]!.name, timing]));
  return { plan, context, timings };
}

/** A trace of its own, that nobody keeps. */
export function outgoing(): { readonly spanId: string; readonly traceparent: string } {
  const spanId = randomBytes(8).toString("hex");
  return { spanId, traceparent: `00-${randomBytes(16).toString("hex")}-${spanId}-00` };
}
