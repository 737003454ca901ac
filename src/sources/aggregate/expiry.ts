import { type KeyRecord, recordKeptUntilMs } from "./record.ts";
import type { Tables } from "./tables.ts";

const noValue = new Uint8Array(1);

/**
 * Drops records and request entries that event time has left behind, a few at each write, so that the disk stays bounded
 * and no write waits for a long clean-up. An entry that was put off since it was queued is queued again.
 */
export class Expiry {
  readonly #tables: Tables;
  #horizonMs = Number.NEGATIVE_INFINITY;
  /** Nothing this process knows of is due before. */
  #nextDueMs = Number.NEGATIVE_INFINITY;

  constructor(tables: Tables) {
    this.#tables = tables;
  }

  /** The newest event time this process has seen; undefined before its first event. Milliseconds. */
  get horizonMs(): number | undefined {
    return Number.isFinite(this.#horizonMs) ? this.#horizonMs : undefined;
  }

  /** Queues a new record or request entry. In a transaction. */
  add(dueMs: number, kind: "record" | "request", key: string): void {
    this.#nextDueMs = Math.min(this.#nextDueMs, dueMs);
    this.#tables.expiries.putSync([dueMs, kind, key], noValue);
  }

  /** Event time has come to `timeMs`, or had been there before. */
  advance(timeMs: number): void {
    this.#horizonMs = Math.max(this.#horizonMs, timeMs);
  }

  /** Looks at up to `limit` entries that are due. In a transaction. */
  sweep(limit: number): void {
    if (this.#nextDueMs >= this.#horizonMs) return;
    const { expiries, records, requests } = this.#tables;
    for (const queued of [...expiries.getKeys({ limit })]) {
      const [dueMs, kind, key] = queued;
      this.#nextDueMs = dueMs;
      if (dueMs >= this.#horizonMs) return;
      expiries.removeSync(queued);
      const keptMs = kind === "record" ? keptUntilMsOf(records.get(key)) : requests.get(key)?.keptUntilMs;
      if (keptMs !== undefined && keptMs >= this.#horizonMs) this.add(keptMs, kind, key);
      else (kind === "record" ? records : requests).remove(key);
    }
  }
}

function keptUntilMsOf(record: KeyRecord | undefined): number | undefined {
  return record && recordKeptUntilMs(record);
}
