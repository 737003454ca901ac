import Type from "typebox";

/** How answers are kept in memory. */
export interface CacheOptions {
  /** For "there is none of that key"; default: not kept. */
  readonly negativeMs?: number;
  /** How long after its expiry an answer may stand in for a fetch that failed; default 0. */
  readonly staleMs?: number;
  readonly maxEntries?: number;
}

export interface BreakerOptions {
  /** The share of the window that must have failed for it to open. */
  readonly failures?: number;
  /** Of how many fetches it remembers the end. */
  readonly window?: number;
  /** How long after opening, and after each trial, it lets the next trial through. */
  readonly openMs?: number;
}

export interface BulkheadOptions {
  readonly maxInFlight?: number;
  readonly queue?: number;
}

/** What an entry of a remote source says about slow and failing answers. */
export interface TailOptions extends BulkheadOptions {
  /** How long an answer is good; default: none is kept. */
  readonly cacheMs?: number;
  readonly cache?: CacheOptions;
  readonly retries?: number;
  readonly hedge?: boolean;
  readonly breaker?: BreakerOptions;
}

/** For entries that say nothing. */
export const tailDefaults = {
  maxEntries: 10_000,
  failures: 0.5,
  window: 20,
  // Half of the second within which a source that is back must be in use again.
  openMs: 500,
  maxInFlight: 256,
  queue: 256,
} as const;

const closed = { additionalProperties: false } as const;
const { maxEntries, failures, window, openMs, maxInFlight, queue } = tailDefaults;

function milliseconds(description: string) {
  return Type.Number({ minimum: 1, maximum: 86_400_000, description });
}

const CacheSchema = Type.Object(
  {
    negativeMs: Type.Optional(
      milliseconds("how long it is known that there is none of a key, in milliseconds; default: it is asked again"),
    ),
    staleMs: Type.Optional(
      milliseconds("how long after its expiry an answer stands in for a fetch that failed, in milliseconds; default 0"),
    ),
    maxEntries: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: `answers kept at most; default ${maxEntries}` }),
    ),
  },
  { ...closed, description: "more about the answers that `cacheMs` keeps" },
);

const BreakerSchema = Type.Object(
  {
    failures: Type.Optional(
      Type.Number({
        exclusiveMinimum: 0,
        maximum: 1,
        description: `the share of the last fetches that must have failed for it to open; default ${failures}`,
      }),
    ),
    window: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 1000,
        description: `of how many fetches that is a share; default ${window}`,
      }),
    ),
    openMs: Type.Optional(
      milliseconds(`after how many milliseconds one fetch is let through as a trial; default ${openMs}`),
    ),
  },
  { ...closed, description: "the circuit breaker: while it is open, the source is not asked" },
);

/** The properties that entries of remote kinds have besides their own. */
export const tailProperties = {
  cacheMs: Type.Optional(
    milliseconds(
      "how long an answer is kept in memory and given again for an equal key, in milliseconds; " +
        "only for what does not change with each event; default: not kept",
    ),
  ),
  cache: Type.Optional(CacheSchema),
  retries: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 3,
      description: "how often a fetch that failed at once is tried again, if the time allows; default 0",
    }),
  ),
  hedge: Type.Optional(
    Type.Boolean({
      description:
        "whether a fetch that takes longer than 95 % of them is sent a second time, 5 % more requests at most; " +
        "only for reads that may be repeated; default false",
    }),
  ),
  breaker: Type.Optional(BreakerSchema),
  maxInFlight: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 100_000, description: `fetches in flight at most; default ${maxInFlight}` }),
  ),
  queue: Type.Optional(
    Type.Integer({
      minimum: 0,
      maximum: 100_000,
      description: `fetches that wait for their turn at most, the others fail; default ${queue}`,
    }),
  ),
};
