import { packDoubles } from "./doubles.ts";

/** One event as one source counts it, as the request's entry holds it. */
export interface Application {
  /** Whether the record is known to have the event. Until then it may have it: a reply may have been lost. */
  readonly isConfirmed: boolean;
  /** NaN: none. */
  readonly value: number;
  /** The label that the record is known to have, and when it was reported; NaN and −∞: none. */
  readonly label: number;
  readonly reportedAtMs: number;
  readonly recordKey: string;
}

const stateLength = 1;
const numbersLength = 3 * Float64Array.BYTES_PER_ELEMENT;

/** State (`1` confirmed, `0` not yet), value, label, reportedAtMs, record key; `confirm.lua` changes it in place. */
export function packApplication({ isConfirmed, value, label, reportedAtMs, recordKey }: Application): Buffer {
  const state = Buffer.from(isConfirmed ? "1" : "0");
  return Buffer.concat([state, packDoubles(value, label, reportedAtMs), Buffer.from(recordKey)]);
}

export function unpackApplication(bytes: Buffer): Application {
  return {
    isConfirmed: bytes.toString("latin1", 0, stateLength) === "1",
    value: bytes.readDoubleLE(stateLength),
    label: bytes.readDoubleLE(stateLength + 8),
    reportedAtMs: bytes.readDoubleLE(stateLength + 16),
    recordKey: bytes.toString("utf8", stateLength + numbersLength),
  };
}
