import assert from "node:assert/strict";
import { pino } from "pino";
import { limitWarnings } from "../../src/observe/warnings.ts";

/** Warnings on a clock that the test sets. */
function limited() {
  const lines: Record<string, unknown>[] = [];
  const logger = pino({ base: null, timestamp: false }, { write: (line) => lines.push(JSON.parse(line)) });
  let nowMs = 0;
  const warn = limitWarnings(logger, { everyMs: 1_000, now: () => nowMs });
  return {
    lines,
    warn: (about: string, at: number) => {
      nowMs = at;
      warn(about, { about, at }, "trouble");
    },
  };
}

const line = (about: string, at: number, more = {}) => ({ level: 40, about, at, ...more, msg: "trouble" });

describe("warnings", () => {
  it("are written once in a while, the next one with how many were held back", () => {
    const { lines, warn } = limited();
    for (const at of [0, 1, 999, 1_000, 1_500, 2_500, 9_000]) warn("a", at);
    assert.deepEqual(lines, [
      line("a", 0),
      line("a", 1_000, { heldBack: 2 }),
      line("a", 2_500, { heldBack: 1 }),
      line("a", 9_000),
    ]);
  });

  it("of one thing hold nothing back of another", () => {
    const { lines, warn } = limited();
    for (const about of ["a", "b", "a", "b"]) warn(about, 5);
    assert.deepEqual(lines, [line("a", 5), line("b", 5)]);
  });

  it("of ever new things are still written, and not remembered for ever", () => {
    const { lines, warn } = limited();
    for (let at = 0; at < 5_000; at += 1) warn(`thing ${at}`, 0);
    assert.equal(lines.length, 5_000);
  });
});
