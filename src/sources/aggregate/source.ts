import type { AggregateQuery, AggregateSpec, AggregateStore } from "../../domain/aggregate.ts";
import type { Event } from "../../domain/event.ts";
import { type FeatureValue, Missing } from "../../domain/feature.ts";
import type { FeatureSource, SourceAnswer } from "../../domain/source.ts";

export interface AggregateSourceOptions {
  readonly name: string;
  readonly spec: AggregateSpec;
  readonly store: Pick<AggregateStore, "read">;
  /** What the source aggregates, of the event at hand; undefined when the event has none. */
  readonly valueOf: (event: Event) => FeatureValue | undefined;
}

/** A source of aggregates up to the event at hand. An empty window without a default is a feature not found. */
export function aggregateSource(options: AggregateSourceOptions): FeatureSource<AggregateQuery> {
  const { name, spec, store } = options;
  return {
    name,
    kind: "aggregate",
    prepare: (queries) => (request) => {
      const { event, key } = request;
      const include = request.include ? { requestId: event.requestId, value: options.valueOf(event) } : undefined;
      let bucketed: number[] | undefined;
      const onBucketed = (query: number) => {
        bucketed ??= [];
        bucketed.push(query);
      };
      const answer = (values: readonly (number | undefined)[]): SourceAnswer => ({
        status: "OK",
        values: values.map((value) => value ?? Missing.not_found),
        ...(bucketed === undefined ? {} : { bucketed }),
      });
      const seen = request.snapshot?.read(spec, key, event.occurredAtMs, queries, onBucketed);
      if (seen !== undefined) return answer(seen);
      const values = store.read(spec, key, event.occurredAtMs, queries, include, onBucketed);
      return values instanceof Promise ? values.then(answer) : answer(values as readonly (number | undefined)[]);
    },
  };
}
