import { systemClock } from "../../domain/clock.ts";
import type { Probe } from "../../domain/probe.ts";
import type { TableDescription } from "./description.ts";
import type { TablePlace } from "./place.ts";
import { holds, type TableSource } from "./source.ts";

/** Tells what is loaded, how old it is, and which of the wanted columns it lacks. */
export function tableProbe(source: Pick<TableSource, "describe">, { directory }: TablePlace): Probe {
  return {
    place: directory,
    keepsConnection: true,
    async ask(features) {
      const description = source.describe();
      const { table, rows, bytes, loadedAt, file, columns } = description;
      const size = `${grouped(rows)} rows, ${(bytes / 1e6).toFixed(1)} MB`;
      const warnings = features
        .filter(({ path, type }) => !columns.some((column) => column.name === path && holds(column.type, type)))
        .map(
          ({ path, type }) =>
            `${what(description, path)}, and a feature wants it as ${type}: run verdict table load ${table} FILE with it, or correct the feature`,
        );
      return { detail: `${size}, loaded ${age(systemClock.now() - Date.parse(loadedAt))} ago from ${file}`, warnings };
    },
  };
}

/** 12345 → "12,345". What the language has for it takes milliseconds the first time, which would pass for the table's. */
function grouped(count: number): string {
  return String(count).replace(/\B(?=(\d{3})+$)/g, ",");
}

function what({ columns }: TableDescription, path: string): string {
  const column = columns.find(({ name }) => name === path);
  return column === undefined ? `it has no column ${path}` : `its column ${path} is ${column.type}`;
}

const units: readonly (readonly [unit: string, ms: number])[] = [
  ["d", 86_400_000],
  ["h", 3_600_000],
  ["min", 60_000],
];

/** In the largest unit that fits twice: "36 h", "3 d". */
function age(ms: number): string {
  const [unit, size] = units.find(([, size]) => ms >= 2 * size) ?? ["s", 1_000];
  return `${Math.max(0, Math.floor(ms / size))} ${unit}`;
}
