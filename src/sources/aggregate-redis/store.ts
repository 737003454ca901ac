import type {
  AggregateQuery,
  AggregateSpec,
  AggregateStore,
  Counted,
  CountedEvent,
  Label,
} from "../../domain/aggregate.ts";
import { type Clock, systemClock } from "../../domain/clock.ts";
import type { SourceKey } from "../../domain/event.ts";
import type { FeatureValue } from "../../domain/feature.ts";
import { recordKey, requestKey } from "../aggregate/key.ts";
import { addEvent } from "../aggregate/record.ts";
import { keptUntilMs } from "../aggregate/retention.ts";
import { numberOf } from "../aggregate/value.ts";
import { evaluate } from "../aggregate/window.ts";
import type { Settings } from "../redis/settings.ts";
import type { Application } from "./application.ts";
import { Commands } from "./commands.ts";
import { packDoubles } from "./doubles.ts";
import { type KnownLabel, Requests } from "./requests.ts";
import { scripts } from "./scripts.ts";
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

/** An event that `read` is to answer with. */
interface Included {
  readonly requestId: string;
  readonly value: FeatureValue | undefined;
}

const minuteMs = 60_000;
const dayMs = 24 * 3_600_000;
/** Redis refuses an expiry that overflows its clock. */
const keepMsMax = 36_500 * dayMs;

/**
 * The store of aggregates on Redis, for engines on several hosts. It connects at once, and again whenever the connection
 * is lost; while there is none, it fails at once.
 *
 * A count takes three round trips: the request's entry is claimed, each record gets the event in a script of its own, the
 * entry is confirmed; a duplicate that was confirmed takes one, a read one. In a cluster these keys are on different
 * servers, so that no step can be atomic over all of them. Instead each may be repeated: when a count fails on its way,
 * some sources may have the event and others not, and the same request id, sent again, brings it to those that lack it,
 * and to none twice. The store itself never repeats what may have been done. Of the events of a key that went into
 * buckets only the last 256 are known by their ids: an unconfirmed count that is sent again after more than those is
 * counted twice. On a single Redis one script could do all three steps, and the read; that would save three round trips.
 *
 * Redis keeps what it was told as long as it is up and as its own persistence says. Keys expire by real time, at the
 * earliest one retention after the last event came, however old that was; it must never evict them (`noeviction`).
 *
 * Memory, as MEMORY USAGE of Redis 8.2 says, with `exactLimit` 1,024: the record of a key with 10 events 0.7 KB, with 100
 * 8.3 KB, with 1,000 49 KB, with 10,000 66 KB, and never over 180 KB; an event is 40 bytes, a bucket 72, and Redis leaves
 * room to append. Besides, each request id has an entry of about 200 bytes for the longest retention of its sources: for
 * short keys, that is most of it. A read fetches the whole record: 0.4 KB, 4 KB, 40 KB and 63 KB.
 */
export function openRedisAggregateStore(options: RedisStoreOptions): AggregateStore {
  return new RedisStore(options);
}

class RedisStore implements AggregateStore {
  readonly #commands: Commands;
  readonly #requests: Requests;
  readonly #prefix: string;
  readonly #exactLimit: number;
  readonly #labelWaitMs: number;
  readonly #clock: Pick<Clock, "now">;

  constructor(options: RedisStoreOptions) {
    this.#commands = new Commands(options.settings);
    this.#requests = new Requests(this.#commands);
    this.#prefix = options.prefix ?? "verdict:";
    this.#exactLimit = options.exactLimit ?? 1024;
    this.#labelWaitMs = options.labelWaitMs ?? 30 * dayMs;
    this.#clock = options.clock ?? systemClock;
  }

  async count(event: CountedEvent): Promise<Counted> {
    requireFinite("occurredAtMs", event.occurredAtMs);
    const specs = new Map<string, AggregateSpec>();
    const wanted = new Map<string, Application>();
    for (const { spec, key, value } of event.contributions) {
      if (wanted.has(spec.source)) continue;
      specs.set(spec.source, spec);
      wanted.set(spec.source, { ...unconfirmed, value: numberOf(value), recordKey: recordKey(spec.source, key) });
    }
    if (wanted.size === 0) return "duplicate";
    const request = this.#requestKey(event.requestId);
    const keepMs = Math.max(...[...specs.values()].map((spec) => this.#keepMs(event.occurredAtMs, spec)));
    const known = await this.#requests.claim(request, event.occurredAtMs, wanted, keepMs);
    const open = new Map([...known.applications].filter(([, { isConfirmed }]) => !isConfirmed));
    if (open.size === 0) return "duplicate";
    const counted = { id: numberOf(event.requestId), timeMs: known.occurredAtMs };
    await Promise.all([...open].map(([source, each]) => this.#apply(each, counted, known.label, specs.get(source)!)));
    return (await this.#settle(request, counted, known.label, open)) ? "accepted" : "duplicate";
  }

  async label(label: Label): Promise<Counted> {
    requireFinite("value", label.value);
    requireFinite("reportedAtMs", label.reportedAtMs);
    const request = this.#requestKey(label.requestId);
    const known = await this.#requests.label(request, label, this.#labelWaitMs);
    // Who counts an event just now sees the label when it confirms that.
    const due = new Map(
      [...known.applications].filter(
        ([, { isConfirmed, reportedAtMs }]) => isConfirmed && reportedAtMs < known.label.reportedAtMs,
      ),
    );
    if (due.size > 0) {
      const counted = { id: numberOf(label.requestId), timeMs: known.occurredAtMs };
      await this.#relabel(counted, known.label, due);
      await this.#settle(request, counted, known.label, due);
    }
    return known.isKept ? "accepted" : "duplicate";
  }

  async read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    include?: Included,
  ): Promise<readonly (number | undefined)[]> {
    const at = recordKey(spec.source, key);
    const [bytes, known] = await Promise.all([
      this.#commands.get(this.#recordKey(at)),
      include && this.#requests.look(this.#requestKey(include.requestId), spec.source),
    ]);
    const stored = unpackStored(bytes);
    let { record } = stored;
    if (include && known && !stored.has(numberOf(include.requestId)) && !isIn(at, known.application)) {
      const event = { timeMs: atMs, value: numberOf(include.value), label: known.label.value };
      const limits = { retainMs: spec.retainMs, exactLimit: this.#exactLimit, nowMs: this.#clock.now() };
      record = addEvent(record, event, limits);
    }
    return queries.map((query) => evaluate(record, atMs, query));
  }

  async close(): Promise<void> {
    this.#commands.close();
  }

  #apply(application: Application, { id, timeMs }: CountedId, label: KnownLabel, spec: AggregateSpec) {
    const event = [timeMs, application.value, label.value, id, label.reportedAtMs];
    const limits = [spec.retainMs, this.#exactLimit, this.#clock.now(), this.#keepMs(timeMs, spec)];
    const key = this.#recordKey(application.recordKey);
    return this.#commands.run(scripts.apply, key, packDoubles(...event, ...limits));
  }

  async #relabel({ id, timeMs }: CountedId, label: KnownLabel, applications: ReadonlyMap<string, Application>) {
    const all = [...applications.values()].map(({ recordKey: key, label: before }) => {
      const numbers = packDoubles(timeMs, id, label.value, label.reportedAtMs, before);
      return this.#commands.run(scripts.relabel, this.#recordKey(key), numbers);
    });
    await Promise.all(all);
  }

  /** Confirms that the records have the event with this label, and brings them any that came meanwhile. */
  async #settle(
    request: string,
    counted: CountedId,
    label: KnownLabel,
    applications: ReadonlyMap<string, Application>,
  ): Promise<boolean> {
    let isNews = false;
    for (let applied = label; ; ) {
      const confirmed = await this.#requests.confirm(request, applied, applications.keys());
      isNews ||= confirmed.isNews;
      if (confirmed.label.reportedAtMs <= applied.reportedAtMs) return isNews;
      applied = confirmed.label;
      await this.#relabel(counted, applied, applications);
    }
  }

  /** How long from now on an event of this time must be kept. Whole milliseconds. */
  #keepMs(timeMs: number, { retainMs }: AggregateSpec): number {
    const aheadMs = Math.max(0, timeMs - this.#clock.now());
    return Math.ceil(Math.min(keepMsMax, Math.max(minuteMs, keptUntilMs(aheadMs, retainMs))));
  }

  /** The braces are the hash tag of Redis Cluster. */
  #recordKey(key: string): string {
    return `${this.#prefix}record:{${key}}`;
  }

  #requestKey(requestId: string): string {
    return `${this.#prefix}request:{${requestKey(requestId)}}`;
  }
}

/** What the scripts know an event by. */
interface CountedId {
  readonly id: number;
  readonly timeMs: number;
}

const unconfirmed = { isConfirmed: false, label: Number.NaN, reportedAtMs: Number.NEGATIVE_INFINITY } as const;

function isIn(record: string, application: Application | undefined): boolean {
  return application?.isConfirmed === true && application.recordKey === record;
}

function requireFinite(name: string, number: number): void {
  if (!Number.isFinite(number)) throw new RangeError(`${name} must be a finite number, not ${number}`);
}
