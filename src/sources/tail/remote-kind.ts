import type { SourceEntry, SourceKindDefinition } from "../../domain/source-kind.ts";
import { type TailOptions, tailProperties } from "./entry.ts";

/** A kind of source behind a network: its entries also say what is done about slow and failing answers. */
export function remoteKind<Entry extends SourceEntry>(definition: SourceKindDefinition<Entry>): SourceKindDefinition {
  const remote: SourceKindDefinition<Entry & TailOptions> = {
    ...definition,
    properties: { ...definition.properties, ...tailProperties },
    check(name, entry, scope) {
      definition.check(name, entry, scope);
      if (entry.cache !== undefined && entry.cacheMs === undefined)
        scope.report(["cache"], "nothing is kept in memory without cacheMs", 'give "cacheMs", or take "cache" away');
    },
  };
  return remote as SourceKindDefinition;
}
