/** One event as one source counted it. */
export interface Application {
  readonly source: string;
  readonly recordKey: string;
  /** As in the record: NaN for none. */
  readonly value: number;
}

/** What is known of one request id: where its event was counted, its label, or both. */
export interface RequestEntry {
  /** The time of the event that was counted first; NaN while only a label is known. Milliseconds. */
  readonly occurredAtMs: number;
  /** The label; NaN for none. */
  readonly label: number;
  readonly labelReportedAtMs: number;
  /** The entry may be dropped when event time has passed this. Milliseconds. */
  readonly keptUntilMs: number;
  readonly applications: readonly Application[];
}

export const unknownRequest: RequestEntry = {
  occurredAtMs: Number.NaN,
  label: Number.NaN,
  labelReportedAtMs: Number.NEGATIVE_INFINITY,
  keptUntilMs: Number.NEGATIVE_INFINITY,
  applications: [],
};

/** An entry as the database holds it: a flat list, which MessagePack packs tightest. */
export type PackedRequest = readonly (number | string)[];

export function packRequest(entry: RequestEntry): PackedRequest {
  const packed: (number | string)[] = [entry.occurredAtMs, entry.label, entry.labelReportedAtMs, entry.keptUntilMs];
  for (const { source, recordKey, value } of entry.applications) packed.push(source, recordKey, value);
  return packed;
}

export function unpackRequest(packed: PackedRequest): RequestEntry {
  const [occurredAtMs, label, labelReportedAtMs, keptUntilMs] = packed as readonly [number, number, number, number];
  const applications: Application[] = [];
  for (let at = 4; at < packed.length; at += 3) {
    const [source, recordKey, value] = packed.slice(at, at + 3) as [string, string, number];
    applications.push({ source, recordKey, value });
  }
  return { occurredAtMs, label, labelReportedAtMs, keptUntilMs, applications };
}
