import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { Command } from "commander";
import { configOf, withDocumentOptions } from "./config-options.ts";
import { exitCodes } from "./exit.ts";
import { schemaFiles } from "./schema-files.ts";

/** `verdict policy schema`: writes the JSON Schemas that editors complete and check documents with. */
export function schemaCommand(): Command {
  return withDocumentOptions(new Command("schema"))
    .description("write the JSON Schema files of all documents to policies/schema/")
    .option("--check", "write nothing; fail if a file is not up to date")
    .action(async ({ check }: { check?: true }, command: Command) => {
      const folder = path.join(configOf(command).policiesDir, "schema");
      if (!check) await mkdir(folder, { recursive: true });
      for (const [name, content] of Object.entries(schemaFiles())) {
        const file = path.join(folder, name);
        const current = await readFile(file, "utf8").catch(() => undefined);
        if (current === content) continue;
        if (check) {
          process.stderr.write(`${file} is not up to date: run verdict policy schema\n`);
          process.exitCode = exitCodes.failed;
        } else {
          await writeFile(file, content);
          process.stdout.write(`wrote ${file}\n`);
        }
      }
    });
}
