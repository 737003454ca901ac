import Type from "typebox";
import type { SourceEntry, SourceKindDefinition } from "../../domain/source-kind.ts";
import { KeySchema, nameOfEntry } from "../entry-schema.ts";
import { tablePlace } from "./place.ts";
import { tableProbe } from "./probe.ts";
import { tableSource } from "./source.ts";

/** A table source as the catalogue has it. */
export interface TableEntry extends SourceEntry {
  readonly table?: string;
  readonly key: readonly string[];
  readonly keyColumns?: readonly string[];
}

/** A batch table in a memory-mapped file, filled by `verdict table load`. */
export const tableKind: SourceKindDefinition<TableEntry> = {
  kind: "table",
  description: "a batch table, filled by `verdict table load`",
  properties: {
    table: Type.Optional(Type.String({ pattern: nameOfEntry, description: "the table's name; default: the source's" })),
    key: KeySchema,
    keyColumns: Type.Optional(
      Type.Array(Type.String({ minLength: 1 }), {
        minItems: 1,
        description: "the columns of the key, in its order; default: the features' names",
      }),
    ),
  },
  pathDescription: "the column of the table",
  // In process it answers in microseconds; this bounds the fetches that do not.
  defaultTimeoutMs: 50,
  inputsOf: ({ key }) => key,
  check(_name, { key, keyColumns }, { report }) {
    if (keyColumns !== undefined && keyColumns.length !== key.length)
      report(
        ["keyColumns"],
        `names ${keyColumns.length} columns for ${key.length} key features`,
        "name one column for each feature of key",
      );
  },
  checkPath: () => undefined,
  open(name, { table = name }, { dataDir, onProblem }) {
    const onError = (error: Error) => onProblem(name, String(error));
    const source = tableSource({ name, table, dataDir, onError });
    return { source, probe: tableProbe(source, tablePlace(dataDir, table)), close: () => source.close() };
  },
};
