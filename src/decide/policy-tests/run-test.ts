import { Missing } from "../../domain/feature.ts";
import { parseIsoTimestamp } from "../../domain/timestamp.ts";
import { occurredAt } from "../../features/catalogue.ts";
import { Context } from "../../features/context.ts";
import type { NodeAnswer, Plan } from "../../features/plan.ts";
import type { Truth } from "../../policy/condition.ts";
import { type PolicyTest, unreadable } from "../../policy/policy-schema.ts";
import type { CompiledPolicy } from "../compile.ts";
import { gateAnswer, type Resolution, resolve } from "../resolve.ts";
import { shadowOutcome } from "../shadow.ts";

/** What a policy decided in a test. */
export interface TestRun {
  readonly context: Context;
  /** Undefined if the policy has no gate. */
  readonly gate: Truth | undefined;
  /** One for each rule; none where the gate answered. */
  readonly truths: readonly Truth[];
  readonly resolution: Resolution;
  /** As in `Decision`. */
  readonly shadowOutcome: string | undefined;
}

/** The time of a test that gives none: a Wednesday at noon, so that no rule about nights or weekends fires by accident. */
const defaultNowMs = Date.UTC(2026, 0, 7, 12);

/** Decides a test without any source: features are given, missing, or derived from those. */
export async function runTest(compiled: CompiledPolicy, test: PolicyTest): Promise<TestRun> {
  const { policy, allLive, gate, rules, plan } = compiled;
  const context = contextOf(plan, test);
  const admits = gate === undefined ? undefined : (await gate.evaluate(context))[0]!;
  const stopped = admits === false ? gateAnswer(policy) : undefined;
  if (stopped !== undefined)
    return { context, gate: admits, truths: [], resolution: stopped, shadowOutcome: undefined };
  const truths = await rules.evaluate(context);
  return {
    context,
    gate: admits,
    truths,
    resolution: resolve(policy, context, truths),
    shadowOutcome: shadowOutcome(allLive, context, truths),
  };
}

function contextOf(plan: Plan, { given, missing, now, lists }: PolicyTest): Context {
  const occurredAtMs = (now === undefined ? undefined : parseIsoTimestamp(now)) ?? defaultNowMs;
  const entries = new Map(
    Object.entries(lists ?? {}).map(([name, list]) => [name, list === unreadable ? undefined : new Set(list)]),
  );
  const has = (list: string, entry: string) => (entries.has(list) ? entries.get(list)?.has(entry) : false);
  const context = new Context(plan.slots, plan.index, {
    occurredAtMs,
    lists: { has },
  });
  const set = (name: string, value: Parameters<Context["set"]>[1]) => {
    const slot = plan.index.get(name);
    if (slot !== undefined) context.set(slot, value);
  };
  for (const [name, value] of Object.entries(given)) set(name, value);
  for (const [name, reason] of Object.entries(missing ?? {})) set(name, Missing[reason]);
  set(occurredAt, occurredAtMs);
  for (const { slot } of plan.eventFeatures) context.set(slot, Missing.not_found);
  const call = {
    event: { requestId: "test", occurredAtMs, attributes: {} },
    include: false,
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    traceparent: "",
  };
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((slot) => context.at(slot)!);
    const skipped = inputs.some((value) => value instanceof Missing);
    if (node.list !== undefined) {
      const listed = skipped ? Missing.skipped : (has(node.list, String(inputs[0])) ?? Missing.error);
      context.set(node.outputs[0]!, listed);
    }
    const derivable = node.kind === "derived" && !skipped;
    // Expressions answer at once; only fetches and models come by promise, and those are not run here.
    const answer = derivable ? (node.run(inputs, call) as NodeAnswer) : undefined;
    const absent = node.kind === "derived" ? Missing.skipped : Missing.not_found;
    for (const [index, slot] of node.outputs.entries()) context.set(slot, answer?.values[index] ?? absent);
  }
  return context;
}
