import { ok, strictEqual } from "node:assert/strict";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { createProgress, progressLine } from "../../../src/cli/demo/progress.ts";

async function shown(isTTY: boolean): Promise<string> {
  const err = Object.assign(new PassThrough(), { isTTY });
  const progress = createProgress(err);
  progress.begin("deciding", 3);
  for (const latencyMs of [1, 2, 30]) progress.advance(latencyMs);
  progress.end();
  progress.begin("nothing", 0);
  progress.end();
  err.end();
  return text(err);
}

describe("progress", () => {
  it("says how far a step is", () => {
    const step = { label: "deciding", total: 3_600, done: 1_200, perSecond: 3_456.7 };
    strictEqual(progressLine({ ...step, p99Ms: 12.345 }), "deciding: 1,200/3,600, 3,457/s, p99 12.3 ms");
    strictEqual(progressLine({ ...step, p99Ms: undefined }), "deciding: 1,200/3,600, 3,457/s");
  });

  it("is a bar on a terminal", async () => {
    const written = await shown(true);
    ok(written.includes(`${"█".repeat(30)} deciding: 3/3, `), written);
    ok(written.includes("p99 30.0 ms"), written);
  });

  it("is lines elsewhere", async () => {
    const [first, second, ...others] = (await shown(false)).split("\n");
    ok(/^deciding: 3\/3, [\d,]+\/s, p99 30\.0 ms$/.test(first!), first);
    ok(/^nothing: 0\/0, 0\/s$/.test(second!), second);
    strictEqual(others.join(""), "");
  });
});
