import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadTable } from "../../../src/sources/table/load.ts";
import type { CleanUp } from "../clean-up.ts";
import { freeze, thaw } from "../faults/signals.ts";
import { until } from "../until.ts";
import { knownTo, numberOf } from "./people.ts";
import { type Break, type BreakName, type Impossible, nothing } from "./target.ts";

const columns = { person: "string", number: "integer" } as const;

/** Loads the table of all whom sources know. */
export async function loadPeople(clean: CleanUp, dataDir: string): Promise<void> {
  const file = path.join(await clean.folder(), "people.csv");
  await writeFile(file, csvOf(knownTo("table")));
  await loadTable({ dataDir, name: "table", file, key: ["person"], columns });
}

const csvOf = (persons: readonly string[]) =>
  `person,number\n${persons.map((person) => `${person},${numberOf(person)}`).join("\n")}\n`;

const inProcess: Impossible = { impossible: "read in process from a mapped file: there is no line to it" };
const program = fileURLToPath(new URL("../../../src/cli/verdict.ts", import.meta.url));

/** The ways in which a table is broken while an engine serves it. */
export function breakTable(clean: CleanUp, dataDir: string): Record<BreakName, Break | Impossible> {
  const folder = path.join(dataDir, "tables", "table");
  const reload = () => loadPeople(clean, dataDir);
  let loading: ChildProcess;
  return {
    // Its files are removed.
    dead: { begin: () => rm(folder, { recursive: true }), end: reload },
    "black-holed": inProcess,
    slow: inProcess,
    // It has no row of half of them; besides, a next version is put in place that is garbage.
    "half wrong": {
      half: "table",
      async begin() {
        const pointer = path.join(folder, "current.json");
        const description = JSON.parse(await readFile(pointer, "utf8"));
        await writeFile(path.join(folder, "garbage.mdb"), Buffer.alloc(100_000, "garbage"));
        await writeFile(pointer, JSON.stringify({ ...description, version: "garbage" }));
      },
      end: reload,
    },
    // The process that loads its next version stops in the middle.
    frozen: {
      harmless: true,
      async begin() {
        const file = path.join(await clean.folder(), "many.csv");
        const others = Array.from({ length: 200_000 }, (_, number) => `x${number}`);
        await writeFile(file, csvOf([...knownTo("table"), ...others]));
        const flags = ["--key", "person", "--types", "number=integer", "--data", dataDir, "--json"];
        loading = spawn(process.execPath, [program, "table", "load", "table", file, ...flags], { stdio: "ignore" });
        clean.later(() => loading.kill("SIGKILL"));
        await until(async () => (await readdir(folder)).filter((name) => name.endsWith(".mdb")).length > 1);
        await freeze(loading.pid!);
      },
      async end() {
        const ended = once(loading, "exit");
        await thaw(loading.pid!);
        await ended;
      },
    },
    // It is loaded anew.
    restarted: { harmless: true, begin: reload, end: nothing },
  };
}
