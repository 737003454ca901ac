import type {
  AggregateQuery,
  AggregateSpec,
  AggregateStore,
  Contribution,
  Counted,
  CountedEvent,
  IncludedEvent,
  Label,
  OnBucketed,
} from "../../domain/aggregate.ts";
import { type Clock, systemClock } from "../../domain/clock.ts";
import type { SourceKey } from "../../domain/event.ts";
import { Expiry } from "./expiry.ts";
import { Flush } from "./flush.ts";
import { GroupCommit } from "./group-commit.ts";
import { recordKey, requestKey } from "./key.ts";
import { addEvent, emptyRecord, type KeyRecord, recordKeptUntilMs, relabel } from "./record.ts";
import { type Application, type RequestEntry, unknownRequest } from "./request.ts";
import { keptUntilMs } from "./retention.ts";
import { closeTables, openTables, type Tables, transact } from "./tables.ts";
import { numberOf } from "./value.ts";
import { evaluateAll } from "./window.ts";

export interface LmdbStoreOptions {
  /** The folder of the database, made if it is not there. Several processes of one host may share it. */
  readonly path: string;
  /** Events that a key keeps one by one; older ones go into buckets of 1/256 of the retention. Default: 4,096. */
  readonly exactLimit?: number;
  /** How long a label waits for its event. Milliseconds of event time; default: 30 days. */
  readonly labelWaitMs?: number;
  /** How often commits are brought to the disk. Milliseconds; default: 1,000. */
  readonly flushMs?: number;
  /** Called when that fails: the counts are still there, but a power cut would take them. Default: a process warning. */
  readonly onFlushError?: (error: Error) => void;
  readonly clock?: Pick<Clock, "now">;
}

const day = 24 * 3_600_000;

/**
 * The embedded store of aggregates, on LMDB.
 * @throws Error when the folder cannot be opened as a database
 */
export function openAggregateStore(options: LmdbStoreOptions): AggregateStore {
  return new LmdbStore(options);
}

class LmdbStore implements AggregateStore {
  readonly #tables: Tables;
  readonly #expiry: Expiry;
  readonly #flush: Flush;
  readonly #commits: GroupCommit;
  readonly #exactLimit: number;
  readonly #labelWaitMs: number;
  readonly #clock: Pick<Clock, "now">;

  constructor(options: LmdbStoreOptions) {
    this.#tables = openTables(options.path);
    this.#expiry = new Expiry(this.#tables);
    this.#commits = new GroupCommit((actions) => transact(this.#tables, actions));
    const onFlushError = options.onFlushError ?? ((error) => process.emitWarning(error));
    this.#flush = new Flush(options.path, options.flushMs ?? 1000, onFlushError);
    this.#exactLimit = options.exactLimit ?? 4096;
    this.#labelWaitMs = options.labelWaitMs ?? 30 * day;
    this.#clock = options.clock ?? systemClock;
  }

  async count(event: CountedEvent): Promise<Counted> {
    requireFinite("occurredAtMs", event.occurredAtMs);
    return await this.#write(() => {
      const key = requestKey(event.requestId);
      const known = this.#tables.requests.get(key);
      const counted = this.#countNew(event, known ?? unknownRequest);
      if (counted === undefined) return "duplicate";
      this.#putRequest(key, known, counted);
      // An event from the future must not make all others expire.
      this.#expiry.advance(Math.min(event.occurredAtMs, this.#clock.now()));
      // Twice what this write can have queued, so that the queue never grows for good.
      this.#expiry.sweep(2 * (event.contributions.length + 1));
      return "accepted";
    });
  }

  async label(label: Label): Promise<Counted> {
    requireFinite("value", label.value);
    requireFinite("reportedAtMs", label.reportedAtMs);
    return await this.#write(() => {
      const key = requestKey(label.requestId);
      const known = this.#tables.requests.get(key);
      if (known !== undefined && known.labelReportedAtMs >= label.reportedAtMs) return "duplicate";
      const entry = known ?? this.#waitingRequest(label);
      for (const application of entry.applications) this.#relabel(application, entry, label.value);
      this.#putRequest(key, known, { ...entry, label: label.value, labelReportedAtMs: label.reportedAtMs });
      this.#expiry.sweep(2);
      return "accepted";
    });
  }

  read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    include?: IncludedEvent,
    onBucketed?: OnBucketed,
  ): readonly (number | undefined)[] {
    const at = recordKey(spec.source, key);
    const counted = this.#tables.records.get(at) ?? emptyRecord;
    const record = include === undefined ? counted : this.#with(counted, at, spec, atMs, include);
    return evaluateAll(record, atMs, queries, onBucketed);
  }

  async close(): Promise<void> {
    this.#commits.flush();
    await this.#flush.close();
    await closeTables(this.#tables);
  }

  async #write(action: () => Counted): Promise<Counted> {
    const counted = await this.#commits.write(action);
    if (counted === "accepted") this.#flush.mark();
    return counted;
  }

  /** Counts the event in the sources that have not counted it; undefined when there are none. */
  #countNew(event: CountedEvent, known: RequestEntry): RequestEntry | undefined {
    const wasCounted = known.applications.length > 0;
    // One time for all sources, whatever a later event with this request id says.
    const occurredAtMs = wasCounted ? known.occurredAtMs : event.occurredAtMs;
    const applications = [...known.applications];
    let keptMs = known.keptUntilMs;
    for (const contribution of event.contributions) {
      const { source, retainMs } = contribution.spec;
      if (applications.some((application) => application.source === source)) continue;
      applications.push(this.#apply(contribution, occurredAtMs, known.label));
      keptMs = Math.max(keptMs, keptUntilMs(occurredAtMs, retainMs));
    }
    if (applications.length === known.applications.length) return undefined;
    return { ...known, occurredAtMs, applications, keptUntilMs: keptMs };
  }

  #apply({ spec, key, value }: Contribution, timeMs: number, label: number): Application {
    const application = { source: spec.source, recordKey: recordKey(spec.source, key), value: numberOf(value) };
    const known = this.#tables.records.get(application.recordKey);
    const event = { timeMs, value: application.value, label };
    const record = addEvent(known ?? emptyRecord, event, this.#limits(spec));
    this.#tables.records.put(application.recordKey, record);
    if (known === undefined) this.#expiry.add(recordKeptUntilMs(record), "record", application.recordKey);
    return application;
  }

  #relabel({ recordKey: key, value }: Application, { occurredAtMs, label }: RequestEntry, after: number): void {
    const record = this.#tables.records.get(key);
    if (record === undefined) return;
    this.#tables.records.put(key, relabel(record, { timeMs: occurredAtMs, value, label }, after));
  }

  /** The entry of a label whose event is not known yet. */
  #waitingRequest(label: Label): RequestEntry {
    const sinceMs = this.#expiry.horizonMs ?? label.reportedAtMs;
    return { ...unknownRequest, keptUntilMs: sinceMs + this.#labelWaitMs };
  }

  #putRequest(key: string, known: RequestEntry | undefined, entry: RequestEntry): void {
    this.#tables.requests.put(key, entry);
    if (known === undefined) this.#expiry.add(entry.keptUntilMs, "request", key);
  }

  /** The record as it would be, had the event been counted. */
  #with(record: KeyRecord, at: string, spec: AggregateSpec, timeMs: number, include: IncludedEvent): KeyRecord {
    const request = this.#tables.requests.get(requestKey(include.requestId)) ?? unknownRequest;
    if (request.applications.some(({ source, recordKey: key }) => source === spec.source && key === at)) return record;
    return addEvent(record, { timeMs, value: numberOf(include.value), label: request.label }, this.#limits(spec));
  }

  #limits({ retainMs }: AggregateSpec) {
    return { retainMs, exactLimit: this.#exactLimit, nowMs: this.#clock.now() };
  }
}

function requireFinite(name: string, number: number): void {
  if (!Number.isFinite(number)) throw new RangeError(`${name} must be a finite number, not ${number}`);
}
