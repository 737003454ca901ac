import { hash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script, which runs as one atomic step on the server that has its key. */
export interface Script {
  readonly text: string;
  /** Redis knows a script it has run by the SHA-1 of its text. */
  readonly sha: string;
}

export const scripts = {
  claim: script("claim.lua"),
  apply: script("record.lua", "apply.lua"),
  confirm: script("confirm.lua"),
  label: script("label.lua"),
  relabel: script("record.lua", "relabel.lua"),
} as const;

function script(...files: readonly string[]): Script {
  const text = files.map((file) => readFileSync(new URL(file, import.meta.url), "utf8")).join("\n");
  return { text, sha: hash("sha1", text) };
}
