import { readFileSync, statSync } from "node:fs";
import { compileTemplate } from "../template.ts";
import type { HttpEntry } from "./entry.ts";

type Variable = (name: string) => string;

const filePrefix = "file:";
/** How long a token's file is trusted to be as it was. */
const lookAgainMs = 1_000;

/** The `authorization` header as it is now; undefined if the entry has no token. @throws if it cannot be had at the start. */
export function bearerOf({ bearer }: HttpEntry, variable: Variable): (() => string) | undefined {
  if (bearer === undefined) return undefined;
  const fill = (text: string) => compileTemplate(text, { features: [], variable, encode: String })([]);
  if (!bearer.startsWith(filePrefix)) {
    const header = `Bearer ${fill(bearer)}`;
    return () => header;
  }
  return followFile(fill(bearer.slice(filePrefix.length)));
}

/** Tokens in files are replaced while the engine runs. One that cannot be read leaves the last one in use. */
function followFile(file: string): () => string {
  const read = () => ({ stamp: statSync(file).mtimeMs, header: `Bearer ${readFileSync(file, "utf8").trim()}` });
  let known = read();
  let lookedMs = performance.now();
  return () => {
    if (performance.now() - lookedMs > lookAgainMs) {
      lookedMs = performance.now();
      try {
        if (statSync(file).mtimeMs !== known.stamp) known = read();
      } catch {}
    }
    return known.header;
  };
}

/** What TLS needs of the entry's files. @throws if a file cannot be read. */
export function tlsOf({ tls = {} }: HttpEntry, variable: Variable): Record<string, Buffer> {
  const files = Object.entries(tls).map(([name, file]) => {
    const path = compileTemplate(file, { features: [], variable, encode: String })([]);
    return [name, readFileSync(path)] as const;
  });
  return Object.fromEntries(files);
}
