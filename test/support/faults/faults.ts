import type { Random } from "../../../src/simulate/random.ts";

/** Where a fault acts: on what flows toward the server (requests), toward the client (answers), or on both. */
export type Toward = "server" | "client";

/**
 * What a proxy does to its connections; nothing named means nothing done. Bytes are counted for each connection and
 * direction from the moment these faults are set.
 */
export interface Faults {
  /** The one direction they act on; by default both, so that a round trip is delayed twice. */
  readonly toward?: Toward;
  /** Every chunk arrives this much later; order is kept and chunks on their way do not wait for each other. */
  readonly delayMs?: number;
  /** Up to this much later still, drawn for every chunk. */
  readonly jitterMs?: number;
  /** Connections are accepted and stay open, nothing passes, not even their end; healing delivers what was held, as TCP would. */
  readonly blackHole?: boolean;
  /** The port is closed to new connections (ECONNREFUSED); those that are open stay. Acts whatever `toward` and `probability` say. */
  readonly refuse?: boolean;
  /** Open connections are reset at once, new ones as soon as they are accepted. */
  readonly reset?: boolean;
  /** Both ends see a reset after so many bytes. */
  readonly resetAfterBytes?: number;
  /** The receiver sees the end of the stream at once; the other direction goes on. Name a `toward`. */
  readonly halfClose?: boolean;
  /** The receiver sees the end of the stream after so many bytes; what follows is lost. */
  readonly truncateAfterBytes?: number;
  readonly throttleBytesPerS?: number;
  /** The share of connections that are struck, from 0 to 1; by default all. */
  readonly probability?: number;
  /** With "chunk" the share is of chunks (usually one answer each), not of connections; for what is not done at once. */
  readonly each?: "connection" | "chunk";
}

export const noFaults: Faults = {};

/** @throws RangeError naming the fault whose number makes no sense. */
export function checkFaults(faults: Faults): void {
  for (const [name, value] of Object.entries(faults)) {
    if (typeof value === "number" && !(value >= 0)) throw new RangeError(`${name} must be 0 or more, not ${value}`);
  }
  if (faults.throttleBytesPerS === 0)
    throw new RangeError("throttleBytesPerS must be over 0: use blackHole to stop all");
  if ((faults.probability ?? 0) > 1) throw new RangeError(`probability must be at most 1, not ${faults.probability}`);
}

/** The faults that strike a connection; chunks are drawn for later, by `strikeChunk`. */
export function strikeConnection(faults: Faults, random: Random): Faults {
  const struck = faults.each === "chunk" || strikes(faults, random);
  return struck ? faults : noFaults;
}

/** The faults that strike one chunk of a struck connection. */
export function strikeChunk(faults: Faults, random: Random): Faults {
  const struck = faults.each !== "chunk" || strikes(faults, random);
  return struck ? faults : noFaults;
}

function strikes({ probability = 1 }: Faults, random: Random): boolean {
  return random() < probability;
}
