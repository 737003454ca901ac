import type { Document } from "../documents/document.ts";
import type { Report } from "../documents/report.ts";
import type { SourceKindDefinition } from "../domain/source-kind.ts";
import type { ListSpec } from "./catalogue.ts";
import type { CatalogueDocument } from "./catalogue-schema.ts";

/**
 * Reads the lists that a catalogue says lie outside.
 * @param files names of the lists that lie in files: a list in two places would be two lists.
 */
export function loadLists(
  { value, report }: Document<CatalogueDocument>,
  kinds: readonly SourceKindDefinition[],
  files: ReadonlySet<string>,
): ReadonlyMap<string, ListSpec> {
  const lists = new Map<string, ListSpec>();
  for (const [name, entry] of Object.entries(value.lists ?? {})) {
    // The document has passed the schema, so the kind is one of these, and can hold lists.
    const { kind, list, defaultTimeoutMs } = kinds.find((each) => each.kind === entry.kind)!;
    const definition = list!;
    const reportIn: Report = (within, message, fix) => report(["lists", name, ...within], message, fix);
    definition.check(entry, { report: reportIn });
    if (files.has(name))
      reportIn([], `the list "${name}" is also in lists/${name}.txt`, "remove the one or the other, or rename one");
    lists.set(name, { name, kind, timeoutMs: entry.timeoutMs ?? defaultTimeoutMs, definition, entry });
  }
  return lists;
}
