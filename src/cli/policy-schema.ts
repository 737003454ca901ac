import path from "node:path";
import { Command, Option } from "commander";
import type { BundleFolders } from "../decide/bundle-files.ts";
import { DocumentError } from "../documents/problem.ts";
import { changesIn } from "./changes.ts";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { readDeclared } from "./editor-schema/read-documents.ts";
import { differences, settle } from "./editor-schema/schema-folder.ts";
import { exitCodes } from "./exit.ts";
import { schemaFiles } from "./schema-files.ts";

interface Flags {
  readonly check?: true;
  readonly watch?: true;
}

/** `verdict policy schema`: writes the JSON Schemas that editors complete and check documents with. */
export function schemaCommand(): Command {
  return withDocumentOptions(new Command("schema"))
    .description("write the JSON Schema files with which editors complete and check documents, to policies/schema/")
    .option("--check", "write nothing; fail if a file is not up to date")
    .addOption(new Option("--watch", "write them again whenever a document changes").conflicts("check"))
    .action(async ({ check, watch }: Flags, command: Command) => {
      const { reloadMs, ...folders } = configOf(command);
      if (watch) return await keepFresh(folders, reloadMs);
      const { found, unreadable } = await look(folders);
      if (check) for (const { kind, file } of found) process.stderr.write(`${file} ${toMend[kind]}\n`);
      else await write(folders, found);
      if (check && found.length > 0) process.exitCode = exitCodes.failed;
      if (unreadable !== undefined) throw unreadable;
    });
}

const toMend = {
  stale: "is not up to date: run verdict policy schema",
  "left over": "is of a policy that is gone: run verdict policy schema",
} as const;

type Found = Awaited<ReturnType<typeof differences>>;

/** What must be written, and what cannot be read. Schemas of documents that cannot be read stay as they are. */
async function look(folders: BundleFolders): Promise<{ found: Found; unreadable: DocumentError | undefined }> {
  const declared = await readDeclared(folders);
  const found = await differences(schemaFolder(folders), schemaFiles(declared));
  return { found, unreadable: declared.problems.length > 0 ? new DocumentError(declared.problems) : undefined };
}

async function write(folders: BundleFolders, found: Found): Promise<void> {
  await settle(schemaFolder(folders), found);
  for (const { kind, file } of found) process.stdout.write(`${kind === "stale" ? "wrote" : "removed"} ${file}\n`);
}

/** Ends by a signal, and then well. Documents are often not readable while they are edited: that is said, and no more. */
async function keepFresh(folders: BundleFolders, everyMs: number): Promise<void> {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => stop.abort());
  let said = "";
  const update = async () => {
    const complaint = await refresh(folders);
    if (complaint !== said) process.stderr.write(`${complaint || "all documents can be read again"}\n`);
    said = complaint;
  };
  process.stdout.write(`watching ${folders.policiesDir} and ${folders.modelsDir}; Ctrl-C ends\n`);
  for await (const _ of changesIn(folders, everyMs, stop.signal)) await update();
}

/** @returns what is wrong; empty if nothing is */
async function refresh(folders: BundleFolders): Promise<string> {
  try {
    const { found, unreadable } = await look(folders);
    await write(folders, found);
    return unreadable?.message ?? "";
  } catch (error) {
    // A file may be gone between the listing and the reading.
    return error instanceof Error ? error.message : String(error);
  }
}

function schemaFolder({ policiesDir }: BundleFolders): string {
  return path.join(policiesDir, "schema");
}
