import type { SchemaElement, SchemaTree } from "hyparquet";
import type { FeatureType } from "../../domain/feature.ts";
import type { FileColumn } from "./table-file.ts";

/** A flat Parquet column: its type as a feature, and how a decoded value becomes a cell. */
export interface ParquetColumn extends FileColumn {
  readonly cell: (value: unknown) => unknown;
}

/** The column of a schema node; undefined for lists, structures and bytes that are neither text, decimal nor UUID. */
export function parquetColumn({ element, children }: SchemaTree): ParquetColumn | undefined {
  if (children.length > 0 || element.repetition_type === "REPEATED") return undefined;
  const { name, scale = 0 } = element;
  if (element.converted_type === "DECIMAL") {
    return scale === 0 ? { name, type: "integer", cell: asIs } : { name, type: "double", cell: roundedTo(scale) };
  }
  // These two are decoded by their converted type only; by the logical type alone the bare integer would be taken.
  const logical = element.logical_type?.type;
  if (logical === "DECIMAL" || (logical === "DATE" && element.converted_type !== "DATE")) return undefined;
  const type = typeOf(element);
  return type === undefined ? undefined : { name, type, cell: asIs };
}

function typeOf({ type, converted_type: converted, logical_type: logical }: SchemaElement): FeatureType | undefined {
  if (converted === "DATE" || converted?.startsWith("TIMESTAMP") || logical?.type === "TIMESTAMP") return "timestamp";
  switch (type) {
    case "BOOLEAN":
      return "boolean";
    case "INT32":
    case "INT64":
      return "integer";
    case "INT96":
      return "timestamp";
    case "FLOAT":
    case "DOUBLE":
      return "double";
    case "BYTE_ARRAY":
      return "string";
    default:
      if (logical?.type === "UUID") return "string";
      return logical?.type === "FLOAT16" ? "double" : undefined;
  }
}

function asIs(value: unknown): unknown {
  return value;
}

/** Decimals arrive multiplied by a power of ten that no double holds (115 × 0.01 = 1.1500000000000001). */
function roundedTo(scale: number): (value: unknown) => unknown {
  return (value) => (typeof value === "number" && scale <= 100 ? Number(value.toFixed(scale)) : value);
}
