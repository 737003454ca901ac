import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";

export const root = path.resolve(import.meta.dirname, "../..");

export function read(file: string): string {
  return readFileSync(path.join(root, file), "utf8");
}

/** What git knows or would add, from the root of the checkout. */
export function filesOf(...folders: readonly string[]): string[] {
  const listed = execFileSync(
    "git",
    ["ls-files", "-z", "--cached", "--others", "--exclude-standard", "--", ...folders],
    {
      cwd: root,
      encoding: "utf8",
    },
  );
  const deleted = execFileSync("git", ["ls-files", "-z", "--deleted"], { cwd: root, encoding: "utf8" }).split("\0");
  return [...new Set(listed.split("\0"))].filter((file) => file !== "" && !deleted.includes(file)).sort();
}

export const sources: readonly string[] = filesOf("src").filter((file) => file.endsWith(".ts"));

export interface Import {
  readonly from: string;
  /** A file of this project, from its root; or the name of a package. */
  readonly to: string;
  readonly line: number;
  /** Only a type: it is gone when the program runs. */
  readonly typeOnly: boolean;
}

const statement = /(?:^|\n)\s*(import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?"([^"]+)"|\bimport\("([^"]+)"\)/g;

/** Static and dynamic imports, and re-exports. */
export function importsOf(file: string): Import[] {
  const text = read(file);
  return [...text.matchAll(statement)].map((match) => {
    const specifier = match[3] ?? match[4]!;
    const to = specifier.startsWith(".") ? path.posix.join(path.posix.dirname(file), specifier) : specifier;
    return {
      from: file,
      to,
      line: text.slice(0, match.index + 1).split("\n").length,
      typeOnly: match[2] !== undefined,
    };
  });
}
