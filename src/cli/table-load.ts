import { Command, InvalidArgumentError, Option } from "commander";
import type { FeatureType } from "../domain/feature.ts";
import { loadTable } from "../sources/table/load.ts";
import { type TableFormat, tableFormats } from "../sources/table/open-file.ts";
import { withEngineOptions } from "./config-options.ts";
import { showLoadProgress } from "./table-progress.ts";

/** What the command needs to know of the catalogue and the configuration; flags go before both. */
export interface TableLoadDefaults {
  /** The key and the column types of a table that the catalogue names; undefined for others. */
  readonly describe: (
    name: string,
  ) => { readonly key: readonly string[]; readonly columns: Readonly<Record<string, FeatureType>> } | undefined;
  readonly dataDir: string;
}

interface Flags {
  readonly key?: readonly string[];
  readonly format?: TableFormat;
  readonly types?: Readonly<Record<string, FeatureType>>;
  readonly allowEmpty?: true;
  readonly json?: true;
}

const featureTypes: readonly FeatureType[] = ["double", "integer", "string", "boolean", "timestamp"];

/**
 * `verdict table load NAME FILE`. Wrong usage is reported through commander; a load that fails throws what `loadTable`
 * throws. An interrupt (SIGINT, SIGTERM) ends the load, and the table stays as it was.
 */
export function tableLoadCommand(defaultsOf: (command: Command) => Promise<TableLoadDefaults>): Command {
  return withEngineOptions(new Command("load"))
    .description("load a file as the new contents of a table; running engines follow by themselves")
    .argument("<name>", "the table")
    .argument("<file>", "CSV or TSV with a header, JSON lines (each also .gz), or Parquet")
    .addOption(new Option("--key <columns>", "key columns, a,b (default: the catalogue's)").argParser(parseNames))
    .addOption(new Option("--format <format>", "the file's format (default: by its ending)").choices(tableFormats))
    .addOption(
      new Option("--types <types>", "column types, a=integer,b=double (added to the catalogue's)").argParser(
        parseTypes,
      ),
    )
    .option("--allow-empty", "accept a file of no rows")
    .option("--json", "print the result as JSON")
    .action(async (name: string, file: string, flags: Flags, command: Command) =>
      run(await defaultsOf(command), name, file, flags, command),
    );
}

async function run(
  defaults: TableLoadDefaults,
  name: string,
  file: string,
  flags: Flags,
  command: Command,
): Promise<void> {
  const described = defaults.describe(name);
  const key = flags.key ?? described?.key;
  if (key === undefined) {
    command.error(`error: the catalogue has no table ${name}: add it, or name its key columns with --key`, {
      exitCode: 2,
    });
  }
  const { writeOut = (text: string) => process.stdout.write(text) } = command.configureOutput();
  const progress = showLoadProgress(`loading ${name}`, command.configureOutput());
  const interrupt = new AbortController();
  const onInterrupt = () => interrupt.abort(new Error(`loading ${name} was interrupted; the table is as it was`));
  process.once("SIGINT", onInterrupt).once("SIGTERM", onInterrupt);
  const startMs = performance.now();
  try {
    const table = await loadTable({
      dataDir: defaults.dataDir,
      name,
      file,
      key,
      format: flags.format,
      columns: { ...described?.columns, ...flags.types },
      allowEmpty: flags.allowEmpty,
      onProgress: progress.show,
      signal: interrupt.signal,
    });
    progress.end();
    const seconds = (performance.now() - startMs) / 1000;
    const rowsPerSecond = Math.round(table.rows / seconds);
    if (flags.json) {
      writeOut(`${JSON.stringify({ ...table, seconds: Number(seconds.toFixed(3)), rowsPerSecond })}\n`);
      return;
    }
    const size = `${(table.bytes / 1e6).toFixed(1)} MB`;
    writeOut(
      `table ${name}: ${table.rows} rows, ${size}, loaded in ${seconds.toFixed(1)} s (${rowsPerSecond} rows/s)\n`,
    );
  } finally {
    progress.end();
    process.off("SIGINT", onInterrupt).off("SIGTERM", onInterrupt);
  }
}

function parseNames(text: string): readonly string[] {
  const names = text.split(",");
  if (names.includes("")) throw new InvalidArgumentError("write column names with commas between them, such as a,b");
  return names;
}

function parseTypes(text: string): Readonly<Record<string, FeatureType>> {
  return Object.fromEntries(text.split(",").map(parseColumnType));
}

function parseColumnType(text: string): readonly [string, FeatureType] {
  const at = text.lastIndexOf("=");
  const type = featureTypes.find((known) => known === text.slice(at + 1));
  if (at < 1 || type === undefined) {
    throw new InvalidArgumentError(`write COLUMN=TYPE, the type one of ${featureTypes.join(", ")}; found "${text}"`);
  }
  return [text.slice(0, at), type];
}
