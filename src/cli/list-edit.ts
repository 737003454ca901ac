import { mkdir } from "node:fs/promises";
import path from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { durationMs } from "../domain/duration.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import type { ListSpec } from "../features/catalogue.ts";
import { type Added, addEntries, type Removed, removeEntries } from "../sources/list/edit.ts";
import { entryFault } from "../sources/list/entry.ts";
import { type ListEntries, readEntries } from "../sources/list/known.ts";
import { timeText } from "../sources/list/rewrite.ts";
import { withDocumentOptions } from "./config-options.ts";
import { chooseList, refuseBadList } from "./list-files.ts";
import { unlessLost, withOutside } from "./list-outside.ts";
import { say } from "./say.ts";

interface Flags {
  readonly from?: string;
  readonly expires?: number;
  readonly create?: true;
  readonly json?: true;
}

export function addCommand(): Command {
  return editCommand("add")
    .description("add entries to a list; running engines follow by themselves")
    .addOption(
      new Option(
        "--expires <time>",
        "when they expire: ISO 8601, or from now on, such as 30d (default: never, or as the file says)",
      ).argParser(parseExpiry),
    )
    .option("--create", "make the list when there is none")
    .action(async (name: string, texts: readonly string[], flags: Flags, command: Command) => {
      const file = await chooseList(name, command, flags.create);
      const given = await entriesOf(texts, flags, command);
      if (typeof file === "object") return await addOutside(file, given, flags, command);
      const entries = new Map([...given].map(([entry, at]) => [entry, at === never ? (flags.expires ?? never) : at]));
      if (flags.create) await mkdir(path.dirname(file), { recursive: true });
      const { added, extended, already } = await refuseBadList(addEntries(file, entries));
      const counts = { list: name, file, added: added.length, extended: extended.length, already: already.size };
      if (flags.json) say(command, `${JSON.stringify(counts)}\n`);
      else say(command, renderAdded(name, { added, extended, already }));
    });
}

export function removeCommand(): Command {
  return editCommand("remove")
    .description("remove entries from a list; running engines follow by themselves")
    .action(async (name: string, texts: readonly string[], flags: Flags, command: Command) => {
      const file = await chooseList(name, command);
      const entries = await entriesOf(texts, flags, command);
      if (typeof file === "object") return await removeOutside(file, entries, flags, command);
      const { removed, absent } = await refuseBadList(removeEntries(file, new Set(entries.keys())));
      const counts = { list: name, file, removed: removed.length, absent: absent.length };
      say(command, flags.json ? `${JSON.stringify(counts)}\n` : renderRemoved(name, { removed, absent }));
    });
}

async function addOutside(spec: ListSpec, entries: ListEntries, flags: Flags, command: Command): Promise<void> {
  const { name } = spec;
  if (flags.expires !== undefined || [...entries.values()].some((at) => at !== never))
    command.error(
      `error: entries of ${name} do not expire by themselves: add them without a time, and remove them then`,
    );
  const [place, added] = await withOutside(spec, command, async (list) => {
    const found = await list.add([...entries.keys()], flags.create === true);
    return [list.place, unlessLost(found, spec, list, command)] as const;
  });
  const already = new Map([...entries].filter(([entry]) => !added.has(entry)));
  const counts = { list: name, place, added: added.size, already: already.size };
  const text = renderAdded(name, { added: [...added], extended: [], already });
  say(command, flags.json ? `${JSON.stringify(counts)}\n` : text);
}

async function removeOutside(spec: ListSpec, entries: ListEntries, flags: Flags, command: Command): Promise<void> {
  const { name } = spec;
  const [place, removed] = await withOutside(spec, command, async (list) => {
    const found = await list.remove([...entries.keys()]);
    return [list.place, unlessLost(found, spec, list, command)] as const;
  });
  const absent = [...entries.keys()].filter((entry) => !removed.has(entry));
  const counts = { list: name, place, removed: removed.size, absent: absent.length };
  const text = renderRemoved(name, { removed: [...removed], absent });
  say(command, flags.json ? `${JSON.stringify(counts)}\n` : text);
}

const never = Number.POSITIVE_INFINITY;

function editCommand(name: string): Command {
  return withDocumentOptions(new Command(name))
    .argument("<name>", "the list")
    .argument("[entry...]", "entries")
    .option("--from <file>", 'also those in a file, written as a list is; "-" reads standard input')
    .option("--json", "print the result as JSON");
}

/** All of them are looked at before anything is written. */
async function entriesOf(
  texts: readonly string[],
  { from }: Flags,
  command: Command,
): Promise<ReadonlyMap<string, number>> {
  if (texts.length === 0 && from === undefined)
    command.error('error: name the entries, or a file that holds them: --from FILE ("-" reads standard input)');
  const entries = new Map<string, number>();
  for (const [at, text] of texts.entries()) {
    const fault = entryFault(text.trim());
    if (fault !== undefined) command.error(`error: entry ${at + 1}: ${fault.problem}: ${fault.mend}`);
    entries.set(text.trim(), never);
  }
  if (from === undefined) return entries;
  const read = await refuseBadList(
    from === "-" ? readEntries("standard input", process.stdin) : readEntries(from, from),
  );
  for (const [entry, expiresAtMs] of entries) read.set(entry, expiresAtMs);
  return read;
}

function parseExpiry(text: string): number {
  const relative = /^\d+(ms|s|m|h|d)$/.test(text);
  const atMs = relative ? Math.ceil((Date.now() + durationMs(text)) / 1000) * 1000 : parseIsoTimestamp(text);
  if (atMs === undefined || atMs > lastTimeMs) {
    throw new InvalidArgumentError("write a time such as 2026-11-01T10:00:00Z, or how long from now: 12h, 30d");
  }
  if (atMs <= Date.now()) throw new InvalidArgumentError(`${timeText(atMs)} is past: remove the entries instead`);
  return atMs;
}

/** Years have four digits. */
const lastTimeMs = Date.UTC(9999, 11, 31, 23, 59, 59);

function renderAdded(name: string, { added, extended, already }: Added): string {
  const there = [...already].map(([entry, until]) => (until === never ? entry : `${entry} until ${timeText(until)}`));
  const parts = [
    `${added.length} added`,
    ...(extended.length === 0 ? [] : [`${extended.length} extended (${some(extended)})`]),
    ...(there.length === 0 ? [] : [`${there.length} already there (${some(there)})`]),
  ];
  return `${name}: ${parts.join(", ")}\n`;
}

function renderRemoved(name: string, { removed, absent }: Removed): string {
  const rest = absent.length === 0 ? "" : `, ${absent.length} not in it (${some(absent)})`;
  return `${name}: ${removed.length} removed${rest}\n`;
}

/** The first few of them. */
function some(texts: readonly string[]): string {
  const shown = 5;
  return texts.length <= shown ? texts.join(", ") : `${texts.slice(0, shown).join(", ")} …`;
}
