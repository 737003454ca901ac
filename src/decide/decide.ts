import type { AggregateSnapshot, AggregateStore } from "../domain/aggregate.ts";
import type { Clock } from "../domain/clock.ts";
import type { DecideCall, DecideRequest, Decision } from "../domain/decision.ts";
import type { Lists } from "../domain/lists.ts";
import { Gathering } from "../features/fetch.ts";
import { nodesForSlots } from "../features/plan.ts";
import type { Truth } from "../policy/condition.ts";
import type { Evaluation } from "../policy/evaluate.ts";
import { type Admitted, admit } from "./admit.ts";
import type { Bundles } from "./bundle.ts";
import { conclude } from "./conclude.ts";
import { countEvent, inTime } from "./count.ts";
import { explain } from "./explain.ts";
import { outgoingSpan } from "./outgoing-span.ts";
import { gateAnswer, type Resolution, resolve } from "./resolve.ts";
import { Stopwatch } from "./stopwatch.ts";

/** What a decision needs from outside; wired in compose. */
export interface DecideParts {
  readonly bundles: Bundles;
  readonly aggregates: AggregateStore;
  readonly lists: Lists;
  readonly clock: Clock;
  /** Told of an answer of a source that came too late to be applied. */
  readonly onLateAnswer: (source: string) => void;
}

/** Decides events. */
export type Decide = (request: DecideRequest, call: DecideCall) => Promise<Decision>;

/**
 * Decides one event: the product in one function.
 * @throws {VerdictError} if the request is not one that can be decided. Nothing that fails later fails the decision.
 */
export async function decide(request: DecideRequest, call: DecideCall, parts: DecideParts): Promise<Decision> {
  const watch = new Stopwatch(parts.clock, call.arrivedMs);
  const bundle = parts.bundles.current(); // one snapshot for the whole decision
  const admitted = admit(request, call, bundle, parts); // validate, deadline, policy
  let counted = false;
  let snapshot: AggregateSnapshot | undefined;
  const gathering = new Gathering(admitted.compiled.plan, admitted.context, {
    event: admitted.event,
    include: () => !counted,
    snapshot: () => snapshot,
    deadlineMs: admitted.deadlineMs,
    clock: parts.clock,
    pace: admitted.compiled.pace,
    outgoing: () => outgoingSpan(call.trace),
    tracestate: call.trace.state,
    onLate: parts.onLateAnswer,
  });
  await gathering.until(admitted.compiled.eventNodes); // what the event alone gives
  // Before any read, so that concurrent events see each other; what it brings need not be read again.
  counted = await count(admitted, request, parts, watch, (taken) => {
    snapshot = taken;
  });

  const stopped = await gate(admitted, gathering, watch); // cheap; may answer alone
  const rules = admitted.compiled.rules.begin(admitted.context);
  const settledEarly = stopped === undefined && (await gather(admitted, gathering, rules)); // concurrent; stops when settled
  if (stopped !== undefined || settledEarly) gathering.abandon();

  const truths = stopped === undefined ? await evaluate(admitted, rules, watch) : [];
  const resolution = stopped ?? resolve(admitted.compiled.policy, admitted.context, truths); // rules + bands + precedence
  const explanation = request.explain ? await explain(admitted, gathering.timings) : undefined;
  return conclude({
    request,
    call,
    admitted,
    counted,
    gathering,
    gated: stopped !== undefined,
    settledEarly,
    truths,
    resolution,
    explanation,
    watch,
  });
}

/** Counts the event in the policy's aggregates. @returns false if it was not counted: reads then include it themselves. */
async function count(
  { compiled, event, context, deadlineMs }: Admitted,
  request: DecideRequest,
  parts: DecideParts,
  watch: Stopwatch,
  onSnapshot: (snapshot: AggregateSnapshot) => void,
): Promise<boolean> {
  if (request.dryRun || compiled.counters.length === 0) return !request.dryRun;
  return await watch.time(
    "record",
    async () => {
      const counting = countEvent(compiled, event, context, parts.aggregates, onSnapshot);
      await inTime(counting, deadlineMs - parts.clock.monotonic());
      return true;
    },
    false,
  );
}

/** The gate's answer if it says otherwise. An unknown gate lets the event through, to be looked at closely. */
async function gate(
  { compiled, context }: Admitted,
  gathering: Gathering,
  watch: Stopwatch,
): Promise<Resolution | undefined> {
  const { policy, gate, gateNodes } = compiled;
  if (gate === undefined) return undefined;
  await gathering.until(gateNodes);
  const [admits] = await watch.time("gate", async () => gate.evaluate(context), ["unknown" as Truth]);
  return admits === false ? gateAnswer(policy) : undefined;
}

/** Fetches and scores all that the policy needs. @returns whether something was given up because it cannot matter. */
async function gather({ compiled, context }: Admitted, gathering: Gathering, rules: Evaluation): Promise<boolean> {
  const { policy, plan, allNodes, settlement } = compiled;
  if (policy.settle === "complete") return await gathering.until(allNodes);
  const open = async () => nodesForSlots(plan, settlement(context, await rules.update()));
  return await gathering.until(allNodes, open);
}

async function evaluate({ compiled }: Admitted, rules: Evaluation, watch: Stopwatch): Promise<readonly Truth[]> {
  return await watch.time(
    "rules",
    async () => rules.update(),
    compiled.policy.rules.map(() => "unknown" as Truth),
  );
}
