import { setTimeout as sleep } from "node:timers/promises";
import type { VerdictClient } from "../../../src/client/client.ts";
import { toFields } from "../../../src/client/value.ts";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { explanationOf } from "../engine.ts";
import { openLoop } from "../open-loop.ts";
import { until } from "../until.ts";
import { amountOf, people, personOf } from "./people.ts";
import type { Break, Target } from "./target.ts";

/** One decision, as its caller saw it. */
interface Seen {
  /** On the clock of `performance.now()`. */
  readonly sentMs: number;
  readonly tookMs: number;
  /** What the engine says it took. */
  readonly elapsedMs: number;
  /**
   * What the answer says of the target's feature: the right value; or marked as missing, in all places where that shows.
   * Anything else is neither.
   */
  readonly state: "right" | "marked" | "neither";
  /** Why it is missing. */
  readonly reason: string | undefined;
  readonly completeness: string;
  /** Other targets whose values were missing or wrong. */
  readonly lacking: readonly string[];
}

/** How a target was broken under load, and what came of it. */
export interface Struck {
  readonly seen: readonly Seen[];
  /** Calls that were answered with an error. */
  readonly failures: readonly unknown[];
  /** From the moment in which the target was whole again to the first of many right answers in a row was asked for. */
  readonly recoveryMs: number;
}

export interface StrikeOptions {
  readonly client: VerdictClient;
  readonly targets: ReadonlyMap<string, Target>;
  readonly target: Target;
  readonly how: Break;
  readonly perSecond?: number;
  /** How long it stays broken. */
  readonly forMs?: number;
}

/** Before it is broken. */
const calmMs = 200;
/** So many right answers in a row are a recovery. */
const inARow = 20;
const maxInFlight = 200;
/** A call that is not answered by then is hung, and fails. */
const hungAfterMs = 10_000;

let requests = 0;

/** Breaks a target and mends it under a steady load of decisions. */
export async function strike(options: StrikeOptions): Promise<Struck> {
  const { how, perSecond = 100, forMs = 1500 } = options;
  const failures: unknown[] = [];
  const seen: Seen[] = [];
  let isBroken = false;
  const load = openLoop({
    perSecond,
    maxInFlight,
    async send(index) {
      const person = personOf(index % people, isBroken && index % 2 === 0 ? how.half : undefined);
      try {
        seen.push(await decideAbout(person, options));
      } catch (error) {
        failures.push(error);
      }
    },
  });
  try {
    await sleep(calmMs);
    await how.begin();
    isBroken = true;
    await sleep(forMs);
    await how.end();
    isBroken = false;
    const wholeMs = performance.now();
    let recoveredMs: number | undefined;
    await until(() => {
      recoveredMs = firstOfMany(seen, wholeMs);
      return recoveredMs !== undefined || failures.length > 0;
    });
    return { seen, failures, recoveryMs: (recoveredMs ?? Number.NaN) - wholeMs };
  } finally {
    await load.stop();
  }
}

/** When the first was asked for of many right answers in a row, since some moment; undefined if there were none. */
function firstOfMany(seen: readonly Seen[], sinceMs: number): number | undefined {
  const since = seen.filter(({ sentMs }) => sentMs >= sinceMs).sort((left, right) => left.sentMs - right.sentMs);
  const lastBad = since.findLastIndex(({ state }) => state !== "right");
  return since.length - lastBad > inARow ? since[lastBad + 1]!.sentMs : undefined;
}

/** Asks for a decision, explained, about somebody. */
export function askAbout(client: VerdictClient, person: string): Promise<DecideResponse__Output> {
  const event = toFields({ person, amount: amountOf(person) });
  const request = { request_id: `stage-${requests++}`, policy: "stage", event, explain: true };
  return client.decide(request, { deadlineMs: hungAfterMs });
}

async function decideAbout(person: string, { client, target, targets }: StrikeOptions): Promise<Seen> {
  const sentMs = performance.now();
  const answer = await askAbout(client, person);
  const tookMs = performance.now() - sentMs;
  const others = [...targets.values()].filter((other) => other !== target);
  return {
    sentMs,
    tookMs,
    elapsedMs: answer.elapsed_ms,
    ...look(answer, target, person),
    completeness: answer.completeness,
    lacking: others.flatMap((other) => {
      const { state, reason } = look(answer, other, person);
      return state === "right" ? [] : [`${other.name}: ${reason ?? state}`];
    }),
  };
}

/** What an answer says of a target. */
function look(answer: DecideResponse__Output, { feature, isRight }: Target, person: string) {
  const { value, missing } = explanationOf(answer).features[feature] ?? {};
  const isListed = answer.missing_features.includes(feature);
  if (missing === undefined && !isListed)
    return { state: isRight(value ?? null, person) ? "right" : "neither", reason: undefined } as const;
  const isMarked = isListed && value === undefined && answer.completeness !== "COMPLETE";
  return { state: isMarked ? "marked" : "neither", reason: String(missing) } as const;
}
