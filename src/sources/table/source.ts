import type { SourceKey } from "../../domain/event.ts";
import { type FeatureType, type Fetched, Missing } from "../../domain/feature.ts";
import type { FeatureSource, Fetch } from "../../domain/source.ts";
import type { SourceFeature } from "../../domain/source-kind.ts";
import type { TableDescription } from "./description.ts";
import { encodeKey, fitsKeyColumn } from "./key.ts";
import { type ServeOptions, serveTable } from "./serve.ts";

interface TableSourceOptions extends ServeOptions {
  /** The source's name in the catalogue. */
  readonly name: string;
}

export interface TableSource extends FeatureSource<SourceFeature> {
  readonly kind: "table";
  /** The version that is looked up in now. @throws as `ServedTable.current` */
  describe(): TableDescription;
  close(): Promise<void>;
}

/** A column's place in the stored rows; undefined when the table has none of this name and type. */
type Position = number | undefined;

/** What a prepared fetch knows about the version it last looked up in. */
interface Resolved {
  readonly description: TableDescription;
  readonly positions: readonly Position[];
  readonly keyTypes: readonly FeatureType[];
}

/**
 * Answers features from a batch table, looked up in process in a memory-mapped file. A fetch answers at once, from one
 * version of the table; versions change between fetches when the table is loaded anew. A table not loaded yet fails
 * each fetch until it is loaded.
 */
export function tableSource(options: TableSourceOptions): TableSource {
  const table = serveTable(options);

  function prepare(features: readonly SourceFeature[]): Fetch {
    const notFound = { status: "NOT_FOUND", values: features.map(() => Missing.not_found) } as const;
    let resolved: Resolved | undefined;
    return ({ key }) => {
      const { description, rows } = table.current();
      if (resolved?.description !== description) resolved = resolve(description, features);
      checkKey(key, resolved);
      const row = rows.get(encodeKey(key));
      if (row === undefined) return notFound;
      return { status: "OK", values: resolved.positions.map((position) => valueAt(row, position)) };
    };
  }

  const describe = () => table.current().description;
  return { name: options.name, kind: "table", prepare, describe, close: table.close };
}

function resolve(description: TableDescription, features: readonly SourceFeature[]): Resolved {
  const places = new Map(description.columns.map(({ name, type }, index) => [name, { type, position: index + 1 }]));
  const positions = features.map(({ path: column, type }) => {
    const place = places.get(column);
    return place !== undefined && holds(place.type, type) ? place.position : undefined;
  });
  return { description, positions, keyTypes: description.key.map((name) => places.get(name)!.type) };
}

/** Whether every value of a column is a value of the feature's type. */
export function holds(column: FeatureType, feature: FeatureType): boolean {
  return column === feature || (column === "integer" && feature === "double");
}

/** A key of the wrong type would be found in no row, and pass for an unknown customer: it is a mistake, so it is said. */
function checkKey(key: SourceKey, { description, keyTypes }: Resolved): void {
  const { table } = description;
  if (key.length !== keyTypes.length) {
    throw new Error(`table ${table} has a key of ${keyTypes.length} columns, not of ${key.length}`);
  }
  for (const [index, type] of keyTypes.entries()) {
    if (fitsKeyColumn(type, key[index]!)) continue;
    const column = description.key[index];
    throw new Error(
      `table ${table} was loaded with key column ${column} as ${type}, but the key feature is a ${typeof key[index]}: load it again with --types ${column}=TYPE`,
    );
  }
}

function valueAt(row: readonly (Fetched | null)[], position: Position): Fetched {
  return position === undefined ? Missing.error : (row[position] ?? Missing.null);
}
