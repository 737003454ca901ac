import type { AggregateSnapshot } from "../domain/aggregate.ts";
import type { Clock } from "../domain/clock.ts";
import type { Event } from "../domain/event.ts";
import { type Fetched, Missing } from "../domain/feature.ts";
import type { FetchNote, SourceStatus } from "../domain/source.ts";
import type { Context } from "./context.ts";
import type { Pace } from "./pace.ts";
import type { NodeAnswer, NodeCall, Plan } from "./plan.ts";

/** How one node of the plan went. Times are milliseconds on the monotonic clock. */
export interface NodeTiming {
  readonly node: number;
  readonly status: SourceStatus;
  readonly startMs: number;
  readonly endMs: number;
  /** What it answered; undefined if it did not. */
  readonly answer: NodeAnswer | undefined;
  /** What a failed source said; for logs, never for callers. */
  readonly error: unknown;
  /** The id of its span, if one was fixed for what went out. */
  readonly spanId: string | undefined;
  /** What became of it besides its answer. */
  readonly notes: readonly TimedNote[];
}

/** A note and its time on the monotonic clock. */
type TimedNote = FetchNote & { readonly atMs: number };

const noNotes: readonly TimedNote[] = [];

/** A span that what goes out can name before it is made. */
export interface OutgoingSpan {
  readonly spanId: string;
  /** W3C Trace Context. */
  readonly traceparent: string;
}

export interface GatherCall {
  readonly event: Event;
  /** See `SourceRequest.include`; asked at each fetch. */
  readonly include: () => boolean;
  /** See `SourceRequest.snapshot`; asked at each fetch. */
  readonly snapshot?: () => AggregateSnapshot | undefined;
  /** On the monotonic clock. */
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** What fetches must leave for what comes after them. */
  readonly pace: Pace;
  /** Fixes the id of a fetch's span. */
  readonly outgoing: () => OutgoingSpan;
  /** See `SourceRequest.tracestate`. */
  readonly tracestate?: string | undefined;
  /** Told of an answer that came when nobody waited for it any more. */
  readonly onLate: (source: string) => void;
}

/**
 * Runs a plan over one context: every node starts the moment its inputs are there, all that can run at the same time
 * does, each fetch has its timeout, all have one deadline. Whatever a source does, `until` returns by the deadline and
 * never rejects because of it.
 */
export class Gathering {
  readonly timings: NodeTiming[] = [];
  readonly #plan: Plan;
  readonly #context: Context;
  readonly #call: GatherCall;
  readonly #waiting: number[];
  readonly #state: ("idle" | "running" | "done")[];
  readonly #running = new Map<number, Running>();
  /** When half of the time is over. */
  readonly #halfMs: number;
  #wanted: ReadonlySet<number> = new Set();
  #arrivals = 0;
  #wake: (() => void) | undefined;

  constructor(plan: Plan, context: Context, call: GatherCall) {
    this.#plan = plan;
    this.#context = context;
    this.#call = call;
    this.#state = plan.nodes.map(() => "idle");
    this.#halfMs = (call.clock.monotonic() + call.deadlineMs) / 2;
    this.#waiting = plan.nodes.map((node) => new Set(node.inputs).size);
    for (const { slot } of plan.eventFeatures) this.#release(slot);
  }

  /** Whether the deadline came before the wanted nodes were done. */
  late = false;

  /** Whether something wanted was given up because it could not matter any more. */
  #cut = false;

  /**
   * Runs the wanted nodes until all are done or none can matter. At the deadline, fetches in flight count as timed
   * out and those not begun as skipped; what needs no I/O still runs on what there is.
   * @param wanted indexes of nodes; must contain what they wait for.
   * @param outlook asked after each arrival while fetches are pending: the nodes that are still wanted, with what they wait
   * for. The others are aborted, or not begun.
   * @returns whether any were.
   */
  async until(
    wanted: ReadonlySet<number>,
    outlook?: () => ReadonlySet<number> | Promise<ReadonlySet<number>>,
  ): Promise<boolean> {
    this.#wanted = wanted;
    for (const node of wanted) this.#startIfReady(node);
    while (this.#running.size > 0) {
      const seen = this.#arrivals;
      const still = await outlook?.();
      // What arrived meanwhile, the answer does not know of.
      if (this.#arrivals !== seen) continue;
      if (still !== undefined) this.#narrow(still);
      if (this.#running.size > 0) await this.#nextArrival();
    }
    return this.#cut;
  }

  /** Gives up what is wanted no more. What waits for it never begins. */
  #narrow(still: ReadonlySet<number>): void {
    const now = this.#call.clock.monotonic();
    for (const node of this.#wanted) {
      if (still.has(node) || this.#state[node] === "done") continue;
      this.#cut = true;
      const running = this.#running.get(node);
      if (running === undefined) continue;
      this.#running.delete(node);
      running.cancel();
      this.#note(node, running, "NOT_AWAITED", now);
    }
    this.#wanted = this.#wanted.intersection(still);
  }

  /** Ends everything that is not awaited any more. Nothing that arrives later is applied. */
  abandon(): void {
    const now = this.#call.clock.monotonic();
    for (const [node, running] of this.#running) {
      running.cancel();
      this.#note(node, running, "NOT_AWAITED", now);
    }
    this.#running.clear();
    for (const [node, state] of this.#state.entries()) {
      if (state === "idle") this.#note(node, { startMs: now }, "NOT_AWAITED", now);
    }
  }

  #startIfReady(node: number): void {
    if (this.#waiting[node] === 0 && this.#state[node] === "idle" && this.#wanted.has(node)) this.#start(node);
  }

  #start(at: number): void {
    const node = this.#plan.nodes[at]!;
    const startMs = this.#call.clock.monotonic();
    const inputs: Fetched[] = node.inputs.map((slot) => this.#context.at(slot)!);
    const dueMs = this.#dueMs(at);
    const tooLate = node.kind === "source" && startMs >= dueMs;
    if (tooLate || (node.needsAll && inputs.some((value) => value instanceof Missing))) {
      this.late ||= tooLate;
      return this.#finish(at, { startMs }, "SKIPPED");
    }
    const call = new Running(this.#call, startMs, Math.min(dueMs, startMs + node.timeoutMs));
    this.#state[at] = "running";
    let answer: NodeAnswer | Promise<NodeAnswer>;
    try {
      answer = node.run(inputs, call);
    } catch (error) {
      return this.#finish(at, call, "ERROR", undefined, error);
    }
    if (!(answer instanceof Promise)) return this.#finish(at, call, ...endOf(answer));
    this.#running.set(at, call);
    // At the decision's deadline, all in flight end together.
    if (call.deadlineMs < this.#call.deadlineMs) call.startTimer(() => this.#arrive(at, call, "TIMEOUT"));
    answer.then(
      (answered) => {
        if (this.#running.get(at) === call) this.#arrive(at, call, ...endOf(answered));
        else if (node.kind === "source") this.#call.onLate(node.name);
      },
      (error: unknown) => this.#arrive(at, call, "ERROR", undefined, error),
    );
  }

  /** When a node must be done: a fetch leaves time for what comes after it, though never less than half to itself. */
  #dueMs(at: number): number {
    const { deadlineMs, pace } = this.#call;
    if (this.#plan.nodes[at]!.kind !== "source") return deadlineMs;
    return Math.max(this.#halfMs, deadlineMs - pace.reserveMs(at));
  }

  /** An asynchronous end: applied only while it is still awaited. */
  #arrive(at: number, running: Running, status: SourceStatus, answer?: NodeAnswer, error?: unknown): void {
    if (this.#running.get(at) !== running) return;
    this.#running.delete(at);
    if (status === "TIMEOUT") running.cancel();
    else running.end();
    this.#finish(at, running, status, answer, error);
    this.#arrivals += 1;
    this.#wake?.();
  }

  #finish(at: number, begun: Begun, status: SourceStatus, answer?: NodeAnswer, error?: unknown): void {
    const endMs = this.#call.clock.monotonic();
    if (status === "OK") this.#call.pace.answered(at, endMs - begun.startMs);
    this.#note(at, begun, status, endMs, answer, error);
    const node = this.#plan.nodes[at]!;
    const absent = status === "TIMEOUT" ? Missing.timeout : status === "SKIPPED" ? Missing.skipped : Missing.error;
    for (const [index, slot] of node.outputs.entries()) this.#context.set(slot, answer?.values[index] ?? absent);
    // Only now, so that a dependent never starts before its sibling outputs are set.
    for (const slot of node.outputs) this.#release(slot);
  }

  #note(at: number, begun: Begun, status: SourceStatus, endMs: number, answer?: NodeAnswer, error?: unknown): void {
    this.#state[at] = "done";
    const { startMs, spanId, notes = noNotes } = begun;
    this.timings.push({ node: at, status, startMs, endMs, answer, error, spanId, notes });
  }

  #release(slot: number): void {
    for (const consumer of this.#plan.consumers[slot]!) {
      this.#waiting[consumer]! -= 1;
      this.#startIfReady(consumer);
    }
  }

  /** Waits for an arrival; at the deadline, everything in flight arrives as timed out. */
  async #nextArrival(): Promise<void> {
    const { clock, deadlineMs } = this.#call;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(
        () => {
          this.late = true;
          // Of these alone: what starts on what there is now has its turn.
          for (const [node, running] of [...this.#running]) this.#arrive(node, running, "TIMEOUT");
        },
        Math.max(0, deadlineMs - clock.monotonic()),
      );
      this.#wake = () => {
        clearTimeout(timer);
        this.#wake = undefined;
        resolve();
      };
    });
  }
}

/** How a node ended that gave this: also a source that breaks its contract must not break the decision. */
function endOf(answer: NodeAnswer | undefined): [SourceStatus, NodeAnswer | undefined, error?: unknown] {
  if (Array.isArray(answer?.values)) return [answer.status, answer, answer.error];
  return ["ERROR", undefined, new TypeError("the answer has no values")];
}

/** When a node began, and the id of its span if what went out named it. */
interface Begun {
  readonly startMs: number;
  readonly spanId?: string | undefined;
  readonly notes?: readonly TimedNote[] | undefined;
}

/** One fetch in flight. Its abort signal is only made when a source asks for it: in-process sources never do. */
class Running implements NodeCall, Begun {
  readonly event: Event;
  readonly include: boolean;
  readonly snapshot: AggregateSnapshot | undefined;
  readonly startMs: number;
  readonly deadlineMs: number;
  spanId: string | undefined;
  notes: TimedNote[] | undefined;
  readonly tracestate: string | undefined;
  readonly #clock: Clock;
  readonly #outgoing: GatherCall["outgoing"];
  #traceparent: string | undefined;
  #controller: AbortController | undefined;
  #timer: NodeJS.Timeout | undefined;
  #cancelled = false;

  constructor(
    { event, include, snapshot, outgoing, tracestate, clock }: GatherCall,
    startMs: number,
    deadlineMs: number,
  ) {
    this.event = event;
    this.include = include();
    this.snapshot = snapshot?.();
    this.startMs = startMs;
    this.deadlineMs = deadlineMs;
    this.tracestate = tracestate;
    this.#outgoing = outgoing;
    this.#clock = clock;
  }

  get traceparent(): string {
    if (this.#traceparent === undefined) {
      const { spanId, traceparent } = this.#outgoing();
      this.spanId = spanId;
      this.#traceparent = traceparent;
    }
    return this.#traceparent;
  }

  note(note: FetchNote): void {
    this.notes ??= [];
    this.notes.push({ ...note, atMs: this.#clock.monotonic() });
  }

  get signal(): AbortSignal {
    this.#controller ??= new AbortController();
    if (this.#cancelled) this.#controller.abort();
    return this.#controller.signal;
  }

  startTimer(expired: () => void): void {
    this.#timer = setTimeout(expired, Math.max(0, this.deadlineMs - this.startMs));
  }

  /** It answered. Aborting what has ended would cost as much as the rest of a fetch. */
  end(): void {
    clearTimeout(this.#timer);
  }

  /** Nobody waits for it any more. */
  cancel(): void {
    this.#cancelled = true;
    this.end();
    this.#controller?.abort();
  }
}
