import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { readDeclared } from "../../../../src/cli/editor-schema/read-documents.ts";
import { differences, settle } from "../../../../src/cli/editor-schema/schema-folder.ts";
import { schemaFiles } from "../../../../src/cli/schema-files.ts";
import type { CleanUp } from "../../../support/clean-up.ts";
import { catalogueText } from "./catalogue-text.ts";
import { type Editor, openEditor } from "./editor.ts";
import { policyText } from "./policy-text.ts";

/** This project. */
export const root = fileURLToPath(new URL("../../../../", import.meta.url));

/** A folder as analysts open it, and VS Code in it. */
export interface Workspace {
  readonly folder: string;
  readonly editor: Editor;
  write(file: string, text: string): Promise<void>;
  /** As `verdict policy schema` does. */
  writeSchemas(): Promise<void>;
}

/** The shipped models and editor settings; the catalogue and the policies are the tests' own. */
export async function openWorkspace(clean: CleanUp): Promise<Workspace> {
  const folder = await clean.folder();
  const folders = { policiesDir: path.join(folder, "policies"), modelsDir: path.join(folder, "models") };
  const write = async (file: string, text: string) => {
    await mkdir(path.dirname(path.join(folder, file)), { recursive: true });
    await writeFile(path.join(folder, file), text);
  };
  await write("policies/features.json", catalogueText);
  await cp(path.join(root, "models"), folders.modelsDir, {
    recursive: true,
    filter: (file) => !file.endsWith(".onnx"),
  });
  return {
    folder,
    editor: openEditor(folder, JSON.parse(await readFile(path.join(root, ".vscode/settings.json"), "utf8"))),
    write,
    async writeSchemas() {
      const declared = await readDeclared(folders);
      const schemas = path.join(folders.policiesDir, "schema");
      await settle(schemas, await differences(schemas, schemaFiles(declared)));
    },
  };
}

/** Where the policy of `policyText` lies. */
export const policyFile = "policies/card-checks.json";

/** With that policy, two lists, and the schemas of all. */
export async function openExample(clean: CleanUp): Promise<Workspace> {
  const workspace = await openWorkspace(clean);
  await workspace.write(policyFile, policyText());
  await workspace.write("policies/lists/blocked_cards.txt", "# Cards reported lost\n# or stolen.\n\nc1\n");
  await workspace.write("policies/lists/safe_countries.txt", "DE\n");
  await workspace.writeSchemas();
  return workspace;
}
