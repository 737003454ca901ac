import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";

const program = fileURLToPath(new URL("../../src/cli/verdict.ts", import.meta.url));

describe("a command whose reader stops before its end", () => {
  it("ends quietly", async () => {
    const child = spawn(process.execPath, [program, "policy", "test", "--json", "--coverage"]);
    child.stdout.destroy();
    const ended = new Promise((resolve) => child.once("close", resolve));
    assert.equal(await text(child.stderr), "");
    assert.equal(await ended, 0);
  });
});
