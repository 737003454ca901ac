import { Command } from "commander";
import { loadDocuments } from "../compose.ts";
import type { FeatureType } from "../domain/feature.ts";
import type { Catalogue } from "../features/catalogue.ts";
import { configOf } from "./config-options.ts";
import { type TableLoadDefaults, tableLoadCommand } from "./table-load.ts";

/** `verdict table …`. The catalogue says what key and columns a table has. */
export function tableCommand(): Command {
  return new Command("table").description("load batch tables").addCommand(tableLoadCommand(defaultsOf));
}

async function defaultsOf(command: Command): Promise<TableLoadDefaults> {
  const config = configOf(command);
  const catalogue = await loadDocuments(config).then(
    async (bundle) => {
      await bundle.close();
      return bundle.catalogue;
    },
    // A table can be loaded with --key and --types while the documents are being repaired.
    () => undefined,
  );
  return {
    dataDir: config.dataDir,
    describe: (name) => (catalogue === undefined ? undefined : describeTable(catalogue, name)),
  };
}

function describeTable(
  catalogue: Catalogue,
  table: string,
): { key: readonly string[]; columns: Record<string, FeatureType> } | undefined {
  const columns: Record<string, FeatureType> = {};
  let key: readonly string[] | undefined;
  for (const spec of catalogue.sources.values()) {
    if (spec.kind !== "table") continue;
    const entry = spec.entry as { table?: string; keyColumns?: readonly string[] };
    if ((entry.table ?? spec.name) !== table) continue;
    const { keyColumns = spec.key } = entry;
    key ??= keyColumns;
    for (const [at, feature] of spec.key.entries()) columns[keyColumns[at]!] = catalogue.features.get(feature)!.type;
    for (const { origin, type } of catalogue.features.values()) {
      if (origin.kind === "column" && origin.source === spec.name) columns[origin.path] = type;
    }
  }
  return key && { key, columns };
}
