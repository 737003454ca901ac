import type {
  AggregateQuery,
  AggregateSpec,
  AggregateStore,
  Counted,
  CountedEvent,
  IncludedEvent,
  Label,
  OnBucketed,
} from "../../../src/domain/aggregate.ts";
import type { SourceKey } from "../../../src/domain/event.ts";
import type { FeatureValue } from "../../../src/domain/feature.ts";

interface Entry {
  readonly requestId: string;
  readonly source: string;
  readonly key: SourceKey;
  readonly timeMs: number;
  readonly value: FeatureValue | undefined;
}

/** What an aggregate store must answer, in the plainest way: every event in one list, nothing ever dropped. */
export class OracleStore implements AggregateStore {
  readonly #entries: Entry[] = [];
  readonly #labels = new Map<string, Label>();

  count({ requestId, occurredAtMs, contributions }: CountedEvent): Counted {
    let counted: Counted = "duplicate";
    for (const { spec, key, value } of contributions) {
      const known = this.#entries.filter((entry) => entry.requestId === requestId);
      if (known.some(({ source }) => source === spec.source)) continue;
      const timeMs = known[0]?.timeMs ?? occurredAtMs;
      this.#entries.push({ requestId, source: spec.source, key, timeMs, value });
      counted = "accepted";
    }
    return counted;
  }

  label(label: Label): Counted {
    const known = this.#labels.get(label.requestId);
    if (known && known.reportedAtMs >= label.reportedAtMs) return "duplicate";
    this.#labels.set(label.requestId, label);
    return "accepted";
  }

  read(
    spec: AggregateSpec,
    key: SourceKey,
    atMs: number,
    queries: readonly AggregateQuery[],
    include?: IncludedEvent,
    // Everything is kept one by one.
    _onBucketed?: OnBucketed,
  ): readonly (number | undefined)[] {
    const entries = this.#entries.filter((entry) => entry.source === spec.source && isSameKey(entry.key, key));
    if (include && !entries.some(({ requestId }) => requestId === include.requestId)) {
      entries.push({ ...include, source: spec.source, key, timeMs: atMs });
    }
    return queries.map((query) => this.#evaluate(entries, atMs, query));
  }

  async close(): Promise<void> {}

  #evaluate(entries: readonly Entry[], atMs: number, query: AggregateQuery): number | undefined {
    const endMs = atMs - query.delayMs;
    const events = entries.filter(({ timeMs }) => timeMs > endMs - query.windowMs && timeMs <= endMs);
    const values = events
      .map(({ requestId, value }) => (query.of === "label" ? (this.#labels.get(requestId)?.value ?? 0) : value))
      .filter((value) => value !== undefined);
    const sum = () => values.reduce<number>((total, value) => total + Number(value), 0);
    switch (query.aggregate) {
      case "count":
        return events.length || (query.empty ?? 0);
      case "distinct":
        return new Set(values).size || (query.empty ?? 0);
      case "sum":
        return values.length === 0 ? (query.empty ?? 0) : sum();
      case "mean":
        return values.length === 0 ? query.empty : sum() / values.length;
      case "min":
        return values.length === 0 ? query.empty : Math.min(...values.map(Number));
      case "max":
        return values.length === 0 ? query.empty : Math.max(...values.map(Number));
    }
  }
}

function isSameKey(one: SourceKey, other: SourceKey): boolean {
  return one.length === other.length && one.every((part, index) => part === other[index]);
}
