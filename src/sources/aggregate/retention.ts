/** Retention is stretched by this part of itself, so that events and reads that arrive out of order still find theirs. */
const slackShare = 1 / 32;

/** When, in event time, something of this time may be dropped. Milliseconds. */
export function keptUntilMs(timeMs: number, retainMs: number): number {
  return timeMs + retainMs * (1 + slackShare);
}

/** What has this time, or an earlier one, may be dropped once event time has come to `horizonMs`. Milliseconds. */
export function droppedUntilMs(horizonMs: number, retainMs: number): number {
  return horizonMs - retainMs * (1 + slackShare);
}
