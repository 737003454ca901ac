import type {
  AggregateQuery,
  AggregateSnapshot,
  AggregateSpec,
  AggregateStore,
  Counted,
  CountedEvent,
  IncludedEvent,
  Label,
  OnBucketed,
} from "../../domain/aggregate.ts";
import { type Clock, systemClock } from "../../domain/clock.ts";
import type { SourceKey } from "../../domain/event.ts";
import { recordKey } from "../aggregate/key.ts";
import { addEvent } from "../aggregate/record.ts";
import { numberOf } from "../aggregate/value.ts";
import { evaluateAll } from "../aggregate/window.ts";
import type { Settings } from "../redis/settings.ts";
import type { Application } from "./application.ts";
import { countAtOnce, labelAtOnce } from "./at-once.ts";
import { Commands } from "./commands.ts";
import { countInSteps } from "./count-in-steps.ts";
import { prepareCount } from "./counting.ts";
import { Keys } from "./keys.ts";
import { labelInSteps } from "./label-in-steps.ts";
import { Requests } from "./requests.ts";
import { unpackStored } from "./stored-record.ts";

export interface RedisStoreOptions {
  /** One Redis, the master that sentinels name, or a cluster. */
  readonly settings: Settings;
  /** All keys begin with it. Default: `verdict:`. */
  readonly prefix?: string;
  /** Events that a key keeps one by one; older ones go into buckets of 1/256 of the retention. Default: 1,024. */
  readonly exactLimit?: number;
  /** How long a label waits for its event. Milliseconds; default: 30 days. */
  readonly labelWaitMs?: number;
  readonly clock?: Pick<Clock, "now">;
}

const dayMs = 24 * 3_600_000;

/**
 * The store of aggregates on Redis, for engines on several hosts. It connects at once, and again whenever the connection
 * is lost; while there is none, it fails at once.
 *
 * On one server (also behind sentinels) a count is one atomic script and one round trip, which also brings what the event
 * reads then. In a cluster it takes two (see `count-in-steps.ts`). Either way a count that failed may be sent again, for it
 * may have been done: the same request id counts once. The store itself never repeats what may have been done.
 *
 * Redis keeps what it was told as long as it is up and as its own persistence says. Keys expire by real time, at the
 * earliest one retention after the last event came, however old that was; it must never evict them (`noeviction`).
 *
 * Memory: an event is 40 bytes, and Redis leaves room to append; a bucket is 88 and its sketch of different values 2 a value,
 * at most 1,024. So a record never takes more than some 350 KB. Besides, each request id has an entry of some 150 to 250
 * bytes for the longest retention of its sources: for short keys, that is most of it. `make bench ARGS=aggregates` measures
 * all this. The whole record is fetched with each count that is read, and with each read.
 */
export function openRedisAggregateStore(options: RedisStoreOptions): AggregateStore {
  return new RedisStore(options);
}

class RedisStore implements AggregateStore {
  readonly #commands: Commands;
  readonly #requests: Requests;
  readonly #keys: Keys;
  readonly #isCluster: boolean;
  readonly #exactLimit: number;
  readonly #labelWaitMs: number;
  readonly #clock: Pick<Clock, "now">;
  /** What counts left to be done after they were answered. */
  readonly #later = new Set<Promise<void>>();
  readonly #timers = new Set<NodeJS.Timeout>();

  constructor(options: RedisStoreOptions) {
    this.#commands = new Commands(options.settings);
    this.#requests = new Requests(this.#commands);
    this.#keys = new Keys(options.prefix ?? "verdict:");
    this.#isCluster = options.settings.servers.kind === "cluster";
    this.#exactLimit = options.exactLimit ?? 1024;
    this.#labelWaitMs = options.labelWaitMs ?? 30 * dayMs;
    this.#clock = options.clock ?? systemClock;
  }

  async count(event: CountedEvent, onSnapshot?: (snapshot: AggregateSnapshot) => void): Promise<Counted> {
    requireFinite("occurredAtMs", event.occurredAtMs);
    const limits = { clock: this.#clock, exactLimit: this.#exactLimit, keys: this.#keys };
    const counting = prepareCount(event, limits, onSnapshot !== undefined);
    if (counting.sources.size === 0) return "duplicate";
    const { isNews, records } = this.#isCluster
      ? await countInSteps(this.#parts(), counting)
      : await countAtOnce(this.#commands, this.#keys, counting);
    onSnapshot?.(snapshotOf(records));
    return isNews ? "accepted" : "duplicate";
  }

  async label(label: Label): Promise<Counted> {
    requireFinite("value", label.value);
    requireFinite("reportedAtMs", label.reportedAtMs);
    const isNews = this.#isCluster
      ? await labelInSteps({ ...this.#parts(), waitMs: this.#labelWaitMs }, label)
      : await labelAtOnce(this.#commands, this.#keys, label, this.#labelWaitMs);
    return isNews ? "accepted" : "duplicate";
  }

  async read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    include?: IncludedEvent,
    onBucketed?: OnBucketed,
  ): Promise<readonly (number | undefined)[]> {
    const at = recordKey(spec.source, key);
    const [bytes, known] = await Promise.all([
      this.#commands.get(this.#keys.record(at)),
      include && this.#requests.look(this.#keys.request(include.requestId), spec.source),
    ]);
    const stored = unpackStored(bytes);
    let { record } = stored;
    if (include && known && !stored.has(numberOf(include.requestId)) && !isIn(at, known.application)) {
      const event = { timeMs: atMs, value: numberOf(include.value), label: known.label.value };
      const limits = { retainMs: spec.retainMs, exactLimit: this.#exactLimit, nowMs: this.#clock.now() };
      record = addEvent(record, event, limits);
    }
    return evaluateAll(record, atMs, queries, onBucketed);
  }

  async close(): Promise<void> {
    await Promise.all(this.#later);
    for (const timer of this.#timers) clearTimeout(timer);
    this.#commands.close();
  }

  #parts() {
    return {
      commands: this.#commands,
      requests: this.#requests,
      keys: this.#keys,
      later: (work: () => Promise<unknown>, delayMs: number) => this.#doLater(work, delayMs),
    };
  }

  /** Nobody waits for it, and what fails of it is not needed. */
  #doLater(work: () => Promise<unknown>, delayMs: number): void {
    if (delayMs > 0) {
      const timer = setTimeout(() => {
        this.#timers.delete(timer);
        this.#doLater(work, 0);
      }, delayMs).unref();
      this.#timers.add(timer);
      return;
    }
    const done = work()
      .catch(() => {})
      .then(() => void this.#later.delete(done));
    this.#later.add(done);
  }
}

function snapshotOf(records: ReadonlyMap<string, Buffer | null>): AggregateSnapshot {
  return {
    read(spec, key, atMs, queries, onBucketed) {
      const bytes = records.get(recordKey(spec.source, key));
      return bytes === undefined ? undefined : evaluateAll(unpackStored(bytes).record, atMs, queries, onBucketed);
    },
  };
}

function isIn(record: string, application: Application | undefined): boolean {
  return application?.isConfirmed === true && application.recordKey === record;
}

function requireFinite(name: string, number: number): void {
  if (!Number.isFinite(number)) throw new RangeError(`${name} must be a finite number, not ${number}`);
}
