import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { readDeclared } from "../../src/cli/editor-schema/read-documents.ts";
import { schemaFiles } from "../../src/cli/schema-files.ts";
import { cleanUp } from "../support/clean-up.ts";
import { read, root } from "./sources.ts";

function contents(folder: string): Record<string, string> {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(folder, file), readFileSync(file, "utf8")];
    }),
  );
}

describe("generated files", () => {
  const clean = cleanUp();

  it("src/server/generated is what `npm run proto:types` makes of the protos", async () => {
    const folder = await clean.folder();
    const script: string = JSON.parse(read("package.json")).scripts["proto:types"];
    const [program, ...args] = script.split(" ");
    const elsewhere = args.map((arg) => arg.replace(/^--outDir=.*/, `--outDir=${folder}`));
    assert.notDeepEqual(elsewhere, args);
    execFileSync(path.join(root, "node_modules/.bin", program!), elsewhere, { cwd: root });
    assert.deepEqual(contents(path.join(root, "src/server/generated")), contents(folder));
  });

  it("policies/schema is what `verdict policy schema` writes", async () => {
    const folders = { policiesDir: path.join(root, "policies"), modelsDir: path.join(root, "models") };
    const files = schemaFiles(await readDeclared(folders));
    const wanted = Object.fromEntries(files.map(({ name, content }) => [name, content]));
    assert.deepEqual(contents(path.join(root, "policies/schema")), wanted);
  });
});
