import type { FeatureValue } from "../../../src/domain/feature.ts";
import { Missing } from "../../../src/domain/feature.ts";
import type { SourceAnswer } from "../../../src/domain/source.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import type { ConnectionEntry } from "../../../src/sources/redis/connection-entry.ts";
import type { RedisEntry } from "../../../src/sources/redis/entry.ts";
import { redisKind } from "../../../src/sources/redis/kind.ts";
import type { CleanUp } from "../../support/clean-up.ts";

export interface OpenOptions {
  readonly name?: string;
  readonly variables?: Readonly<Record<string, string>>;
  readonly onProblem?: (source: string, problem: string) => void;
}

/** A source and what closes it before the test's end. */
export interface Opened {
  prepare(features: readonly SourceFeature[]): Ask;
  close(): Promise<void>;
}

export type Ask = (key: readonly FeatureValue[], signal?: AbortSignal) => Promise<SourceAnswer>;

/** Long enough for a machine that is busy with other tests. */
const patientMs = 8_000;

/** A source on a real Redis, opened as an engine does. */
export function openRedis(
  clean: CleanUp,
  connection: ConnectionEntry | undefined,
  entry: Partial<RedisEntry> = {},
  { name = "store", variables = {}, onProblem = () => {} }: OpenOptions = {},
): Opened {
  const whole: RedisEntry = {
    kind: "redis",
    layout: "hash",
    ...(entry.layout === "feast" ? {} : { key: "customer:{customer_id}" }),
    timeoutMs: patientMs,
    ...(connection === undefined ? {} : { connection }),
    ...entry,
  };
  const { source, close } = redisKind.open(name, whole, {
    dataDir: "",
    policiesDir: "",
    onProblem,
    variable(variable) {
      const value = variables[variable];
      if (value === undefined) throw new Error(`the variable ${variable} is not set`);
      return value;
    },
  });
  clean.later(close);
  return {
    close,
    prepare(features) {
      const fetch = source.prepare(features);
      return async (key, signal = AbortSignal.timeout(patientMs)) =>
        await fetch({
          key,
          event: { requestId: "r", occurredAtMs: 0, attributes: {} },
          include: false,
          signal,
          deadlineMs: performance.now() + patientMs,
          traceparent: "",
        });
    },
  };
}

/** The values of an answer, a missing one as its reason in brackets. */
export function shown({ values }: SourceAnswer): unknown[] {
  return values.map((value) => (value instanceof Missing ? `[${value.reason}]` : value));
}

/** Asks until it is answered. @returns how often it was not. */
export async function askUntilAnswered(
  ask: () => Promise<SourceAnswer>,
): Promise<{ answer: SourceAnswer; failed: number }> {
  for (let failed = 0; ; failed++) {
    try {
      return { answer: await ask(), failed };
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  }
}
