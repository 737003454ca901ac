import assert from "node:assert/strict";

/** What is in every text that must not get out; encodings for URLs, headers and JSON leave it as it is. */
const mark = "S3CR3T";

/** A number that must not get out. */
export const markedNumber = 987_654_321.25;

export function marked(name: string): string {
  return `${mark}-${name}`;
}

/** Fails with the surroundings of the first mark in an output. */
export function assertUnmarked(what: string, output: string | Buffer): void {
  const text = output.toString("latin1");
  const at = text.search(
    new RegExp(`${mark}|${Math.trunc(markedNumber)}|${Buffer.from(mark).toString("base64").slice(0, 7)}`),
  );
  assert.equal(at < 0 ? "" : text.slice(Math.max(0, at - 200), at + 100), "", `${what} must not show this`);
}
