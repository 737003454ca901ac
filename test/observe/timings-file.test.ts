import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { appendFile, mkdir, readFile, rename, rm } from "node:fs/promises";
import path from "node:path";
import { promisify } from "node:util";
import { openTimingsFile, type TimingsFileOptions } from "../../src/observe/timings-file.ts";
import { timingsLine } from "../../src/observe/timings-line.ts";
import { cleanUp } from "../support/clean-up.ts";
import { until } from "../support/until.ts";
import { aDecision, step } from "./a-decision.ts";

const appendProcess = path.join(import.meta.dirname, "append-process.ts");

describe("a timings file", () => {
  const clean = cleanUp();
  let file: string;
  let dropped: number;
  let problems: string[];
  beforeEach(async () => {
    file = path.join(await clean.folder(), "timings.jsonl");
    dropped = 0;
    problems = [];
  });

  const openIt = (options: Partial<TimingsFileOptions> = {}) =>
    openTimingsFile({
      path: file,
      flushMs: 1,
      onDropped: (lines) => {
        dropped += lines;
      },
      onProblem: (error) => problems.push((error as Error).message),
      ...options,
    });
  const text = async (name = file) => await readFile(name, "utf8").catch(() => "");

  it("holds a decision as one line: what it took, and nothing of what it was about", () => {
    const steps = [
      step({ name: "issuer", kind: "source", status: "CACHED", startMs: 0.5004, durationMs: 1.0002 }),
      step({ name: "late", kind: "source", status: "NOT_AWAITED", startMs: 2 }),
      step({ name: "rules", kind: "rules", startMs: 1.6, durationMs: 0.1, waitsFor: [0], behind: 0 }),
    ];
    const line = timingsLine(aDecision({ steps }));
    assert.ok(line.endsWith("}\n") && !line.slice(0, -1).includes("\n"));
    assert.doesNotMatch(line, /SECRET/);
    assert.deepEqual(JSON.parse(line), {
      policy: "payments",
      decisionId: "0199aaaa-0000-7000-8000-000000000001",
      traceId: "4bf92f3577b34da6a3ce929d0e0e4736",
      arrivedAtMs: 1_767_787_200_001,
      elapsedUs: 4800,
      outcome: "approve",
      completeness: "COMPLETE",
      steps: [
        { name: "issuer", kind: "source", status: "CACHED", startUs: 500, durationUs: 1001 },
        { name: "late", kind: "source", status: "NOT_AWAITED", startUs: 2000, durationUs: 1000, awaited: false },
        { name: "rules", kind: "rules", status: "OK", startUs: 1600, durationUs: 100, waitsFor: [0], behind: [0] },
      ],
    });
  });

  it("is written whole by several processes at the same time", async () => {
    const names = ["a", "b", "c"];
    const run = promisify(execFile);
    await Promise.all(names.map((name) => run(process.execPath, [appendProcess, file, name, "3000"])));
    const lines = (await text()).split("\n").slice(0, -1);
    assert.equal(lines.length, 9000);
    for (const name of names) {
      const own = lines.filter((line) => line.startsWith(name)).map((line) => Number(line.split(" ")[1]));
      assert.deepEqual(own, [...Array(3000).keys()]);
    }
    assert.ok(lines.every((line) => line.endsWith(".")));
  }).timeout(60_000);

  it("goes on in a new file when the old one is moved away", async () => {
    const timings = openIt();
    timings.append("1\n");
    await until(async () => (await text()) === "1\n");
    await rename(file, `${file}.1`);
    timings.append("2\n");
    await until(async () => (await text()) === "2\n");
    await timings.close();
    assert.deepEqual([await text(`${file}.1`), dropped], ["1\n", 0]);
  });

  it("goes on when it is cut in place", async () => {
    const timings = openIt();
    timings.append("1\n");
    await until(async () => (await text()) === "1\n");
    await promisify(execFile)("truncate", ["-s", "0", file]);
    timings.append("2\n");
    await timings.close();
    assert.equal(await text(), "2\n");
  });

  it("ends a line that a killed process left, before its own", async () => {
    await appendFile(file, '{"policy":');
    const timings = openIt();
    timings.append("1\n");
    await timings.close();
    assert.equal(await text(), '{"policy":\n1\n');
  });

  it("counts what it loses while it cannot be written, says why, and goes on when it can", async () => {
    const folder = path.dirname(file);
    await rm(folder, { recursive: true });
    const timings = openIt();
    for (const line of ["1\n", "2\n"]) {
      const before = dropped;
      timings.append(line);
      await until(async () => dropped > before);
    }
    assert.deepEqual([dropped, problems.length], [2, 2]);
    assert.match(problems[0]!, /ENOENT/);
    await mkdir(folder);
    timings.append("3\n");
    await timings.close();
    assert.deepEqual([await text(), dropped], ["3\n", 2]);
  });

  it("loses nothing but its lines on a full disk", async () => {
    const timings = openIt({ path: "/dev/full" });
    timings.append("1\n");
    timings.append("2\n");
    await timings.close();
    assert.equal(dropped, 2);
    assert.match(problems.join(), /ENOSPC/);
  });

  it("holds only so much for a disk that is slow", async () => {
    const timings = openIt({ maxWaitingBytes: 10 });
    for (const line of ["123\n", "456\n", "789\n"]) timings.append(line);
    assert.deepEqual([dropped, problems], [1, ["the disk is too slow: 8 bytes wait for it"]]);
    await timings.close();
    assert.equal(await text(), "123\n456\n");
  });
});
