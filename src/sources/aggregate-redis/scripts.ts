import { hash } from "node:crypto";
import { readFileSync } from "node:fs";

/** A Lua script, which runs as one atomic step on the server that has its keys. */
export interface Script {
  readonly text: string;
  /** Redis knows a script it has run by the SHA-1 of its text. */
  readonly sha: string;
}

const record = ["sketch.lua", "buckets.lua", "record.lua"] as const;

export const scripts = {
  count: script(...record, "apply-event.lua", "count.lua"),
  labelEvent: script(...record, "label-event.lua"),
  claim: script("claim.lua"),
  apply: script(...record, "apply-event.lua", "apply.lua"),
  confirm: script("confirm.lua"),
  settle: script(...record, "settle.lua"),
  label: script("label.lua"),
  relabel: script(...record, "relabel.lua"),
} as const;

function script(...files: readonly string[]): Script {
  const text = files.map((file) => readFileSync(new URL(file, import.meta.url), "utf8")).join("\n");
  return { text, sha: hash("sha1", text) };
}
