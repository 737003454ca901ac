import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import path from "node:path";
import { errorStatus } from "../../src/domain/errors.ts";
import { read, root } from "./sources.ts";

/** The text under a heading, up to the next of its level. */
function section(text: string, heading: string): string | undefined {
  const lines = text.split("\n");
  const start = lines.findIndex((line) => new RegExp(`^#+ ${heading}\\b`, "i").test(line));
  if (start < 0) return undefined;
  const level = lines[start]!.indexOf(" ");
  const length = lines.slice(start + 1).findIndex((line) => /^#+ /.test(line) && line.indexOf(" ") <= level);
  return lines.slice(start + 1, length < 0 ? undefined : start + 1 + length).join("\n");
}

describe("README.md", () => {
  let readme = "";
  before(() => {
    assert.ok(existsSync(path.join(root, "README.md")), "there is no README.md");
    readme = read("README.md");
  });

  it('documents every reason an error may carry, with its status, under "Errors"', () => {
    const errors = section(readme, "Errors");
    assert.ok(errors !== undefined, 'README.md has no heading "Errors"');
    const missing = Object.entries(errorStatus).filter(
      ([reason, status]) =>
        !errors.split("\n").some((line) => new RegExp(`\\b${reason}\\b`).test(line) && line.includes(status)),
    );
    assert.deepEqual(missing, [], "each reason stands on one line with its status");
  });

  it("names only targets that the Makefile has", () => {
    const code = readme.match(/```[\s\S]*?```|`[^`\n]+`/g) ?? [];
    const used = code.flatMap((each) => [...each.matchAll(/\bmake ([a-z][a-z-]*)/g)].map(([, target]) => target!));
    const targets = new Set([...read("Makefile").matchAll(/^([a-z][a-z-]*):/gm)].map(([, target]) => target!));
    assert.ok(used.length > 0, "README.md names no make target");
    assert.deepEqual(
      used.filter((target) => !targets.has(target)),
      [],
    );
  });
});
