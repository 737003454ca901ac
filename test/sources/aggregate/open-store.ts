import type { AggregateFunction, AggregateQuery, AggregateStore } from "../../../src/domain/aggregate.ts";

/** A store of its own for one test. */
export interface OpenedStore {
  readonly store: AggregateStore;
  /** Closes the store and removes its data. */
  dispose(): Promise<void>;
}

interface StoreOptions {
  readonly exactLimit?: number;
}

export type OpenStore = (options?: StoreOptions) => Promise<OpenedStore>;

export const day = 24 * 3_600_000;
export const start = Date.UTC(2024, 0, 1);
export function query(aggregate: AggregateFunction, part: Partial<AggregateQuery> = {}): AggregateQuery {
  return { aggregate, of: "value", windowMs: day, delayMs: 0, empty: undefined, ...part };
}
