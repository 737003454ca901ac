import type { EntryScope, ListDefinition, SourceEntry, SourceKindDefinition } from "../../domain/source-kind.ts";
import { type TailOptions, tailProperties } from "./entry.ts";

/** A kind of source behind a network: its entries also say what is done about slow and failing answers. */
export function remoteKind<Entry extends SourceEntry>(definition: SourceKindDefinition<Entry>): SourceKindDefinition {
  const { list } = definition;
  const remote: SourceKindDefinition<Entry & TailOptions> = {
    ...definition,
    properties: { ...definition.properties, ...tailProperties },
    check(name, entry, scope) {
      definition.check(name, entry, scope);
      checkTail(entry, scope);
    },
    ...(list === undefined ? {} : { list: remoteList(list) }),
  };
  return remote as SourceKindDefinition;
}

function remoteList(definition: ListDefinition): ListDefinition {
  const remote: ListDefinition<SourceEntry & TailOptions> = {
    ...definition,
    properties: { ...definition.properties, ...tailProperties },
    check(entry, scope) {
      definition.check(entry, scope);
      checkTail(entry, scope);
    },
  };
  return remote as ListDefinition;
}

function checkTail({ cache, cacheMs }: TailOptions, { report }: Pick<EntryScope, "report">): void {
  if (cache !== undefined && cacheMs === undefined)
    report(["cache"], "nothing is kept in memory without cacheMs", 'give "cacheMs", or take "cache" away');
}
