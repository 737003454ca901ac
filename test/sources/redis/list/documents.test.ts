import assert from "node:assert/strict";
import { mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../../../support/clean-up.ts";
import { problemsIn, writeDocuments } from "./support.ts";

describe("documents with lists in Redis", () => {
  const clean = cleanUp();
  const write = () => writeDocuments(clean, "${REDIS_URL}");

  it("load without a server, and without its variables", async () => assert.equal(await problemsIn(await write()), ""));

  it("are refused where a list has two places, naming both", async () => {
    const folders = await write();
    await mkdir(path.join(folders.policiesDir, "lists"));
    await writeFile(path.join(folders.policiesDir, "lists", "trusted.txt"), "d1\n");
    const problems = await problemsIn(folders);
    assert.match(
      problems,
      /^\S*features\.json:\d+:\d+ \$\.lists\.trusted: the list "trusted" is also in lists\/trusted\.txt/m,
    );
    assert.doesNotMatch(problems, /there is no list/);
  });

  it("are refused where a policy asks for one that is not there", async () => {
    const folders = await write();
    const file = path.join(folders.policiesDir, "payments.json");
    await writeFile(file, (await readFile(file, "utf8")).replace('"value":"trusted"', '"value":"trustd"'));
    assert.match(await problemsIn(folders), /there is no list "trustd"\n\s+mend: did you mean "trusted"\?/);
  });
});
