/** What the tail of a source did, for whoever counts it. Each is told the source's name. */
export interface TailEvents {
  /** A fetch was answered from the cache. */
  hit(source: string): void;
  /** An expired answer stood in for a fetch that failed. */
  stale(source: string): void;
  /** A fetch joined one of the same key that was in flight. */
  shared(source: string): void;
  /** A second attempt was made because the first took long. */
  hedged(source: string): void;
  /** A fetch was tried again after a failure. */
  retried(source: string): void;
  /** The circuit breaker opened. */
  opened(source: string): void;
  /** The circuit breaker closed. */
  closed(source: string): void;
  /** The source answered after the attempt was given up, also because another attempt answered first. */
  late(source: string): void;
  /** A fetch waits because as many are in flight as may be. */
  queued(source: string): void;
  /** A fetch that waited is made, or given up. */
  unqueued(source: string): void;
  /** A fetch was refused because too many were in flight and waiting. */
  rejected(source: string): void;
}

const ignore = () => {};

/** For whoever does not count. */
export const noEvents: TailEvents = {
  hit: ignore,
  stale: ignore,
  shared: ignore,
  hedged: ignore,
  retried: ignore,
  opened: ignore,
  closed: ignore,
  late: ignore,
  queued: ignore,
  unqueued: ignore,
  rejected: ignore,
};
