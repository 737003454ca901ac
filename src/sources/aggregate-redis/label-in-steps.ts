import type { Label } from "../../domain/aggregate.ts";
import { numberOf } from "../aggregate/value.ts";
import type { Application } from "./application.ts";
import type { Commands } from "./commands.ts";
import { packDoubles } from "./doubles.ts";
import type { Keys } from "./keys.ts";
import type { KnownLabel, KnownRequest, Requests } from "./requests.ts";
import { scripts } from "./scripts.ts";

export interface LabelParts {
  readonly commands: Commands;
  readonly requests: Requests;
  readonly keys: Keys;
  /** How long a label waits for its event. Milliseconds. */
  readonly waitMs: number;
}

/** What `relabel` in `record.lua` answers if the record does not have the event yet: it keeps the label for it. */
const left = 2;

/**
 * Brings a label to the request's entry, then to the records that the event is counted in, or is about to be. A label that
 * is sent again goes on where it was left.
 * @returns whether it was news to the entry
 */
export async function labelInSteps(parts: LabelParts, { requestId, ...label }: Label): Promise<boolean> {
  const { requests, keys, waitMs } = parts;
  const requestKey = keys.request(requestId);
  const id = numberOf(requestId);
  const known = await requests.label(requestKey, label, waitMs);
  const isBehind = ({ reportedAtMs }: Application) => reportedAtMs < known.label.reportedAtMs;

  const told = new Map<string, KnownLabel>();
  const tell = async (source: string, application: Application): Promise<void> => {
    if ((await relabel(parts, known, id, application)) !== left) return void told.set(source, known.label);
    // It may have been counted, and its id forgotten, since the entry was read.
    const { application: now } = await requests.look(requestKey, source);
    if (now?.isConfirmed && isBehind(now)) await tell(source, now);
  };
  const due = [...known.applications].filter(([, application]) => isBehind(application));
  await Promise.all(due.map(([source, application]) => tell(source, application)));
  if (told.size > 0) await requests.confirm(requestKey, false, told);
  return known.isKept;
}

async function relabel(
  { commands, keys, waitMs }: LabelParts,
  { occurredAtMs, label }: KnownRequest,
  id: number,
  { isConfirmed, recordKey, label: before }: Application,
): Promise<unknown> {
  const numbers = [occurredAtMs, id, label.value, label.reportedAtMs, isConfirmed ? 1 : 0, before, waitMs];
  return commands.run(scripts.relabel, keys.record(recordKey), packDoubles(...numbers));
}
