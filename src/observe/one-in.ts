/** Of 56 bits the 52 highest, which a number holds exactly. */
const range = 2 ** 52;

/**
 * Whether a trace is among one in so many: the same answer in every process that asks, as it lies in the trace's id. The
 * last 56 bits of an id are random (W3C Trace Context level 2), unless `tracestate` brings other random bits (`ot=rv:…`,
 * OpenTelemetry's consistent probability sampling); the highest are chosen, so that one in 100 is part of one in 10.
 */
export function isOneIn(count: number, traceId: string, state = ""): boolean {
  if (count === 1) return true;
  const [, given] = /(?:^|,)\s*ot=(?:[^,]*;)?rv:([0-9a-f]{14})(?:[;,\s]|$)/.exec(state) ?? [];
  return Number.parseInt((given ?? traceId.slice(-14)).slice(0, 13), 16) >= range * (1 - 1 / count);
}
