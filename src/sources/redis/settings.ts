import { fillVariables, tlsOf } from "../credentials.ts";
import type { ConnectionEntry } from "./connection-entry.ts";

interface Address {
  readonly host: string;
  readonly port: number;
}

/** A connection with everything filled in. Equal settings are one connection. */
export interface Settings {
  readonly servers:
    | { readonly kind: "single"; readonly at: Address }
    | { readonly kind: "sentinel"; readonly sentinels: readonly Address[]; readonly name: string }
    | { readonly kind: "cluster"; readonly nodes: readonly Address[] };
  readonly db: number;
  readonly username: string | undefined;
  readonly password: string | undefined;
  readonly sentinelUsername: string | undefined;
  readonly sentinelPassword: string | undefined;
  /** PEM files' content; undefined without TLS. */
  readonly tls: ReturnType<typeof tlsOf> | undefined;
  /** A server that owes an answer and sends nothing for so long is given up. */
  readonly stallMs: number;
}

const defaultPort = 6379;
const defaultSentinelPort = 26_379;
/** Below this, a pause of a healthy server (a fork, a slow command), or of this process, would cost a connection. */
const shortestStallMs = 750;

/**
 * @param timeoutMs of the source: a connection waits for its slowest fetch.
 * @throws if a variable is not set, a file cannot be read or an address is none; never with a password in it.
 */
export function settingsOf(
  entry: ConnectionEntry,
  { variable, timeoutMs }: { readonly variable: (name: string) => string; readonly timeoutMs: number },
): Settings {
  const fill = (text: string) => fillVariables(text, variable);
  const optional = (text: string | undefined) => (text === undefined ? undefined : fill(text));
  const base = {
    db: 0,
    username: undefined,
    password: undefined,
    sentinelUsername: undefined,
    sentinelPassword: undefined,
    tls: undefined,
    stallMs: Math.max(shortestStallMs, 2 * timeoutMs),
  };
  if (typeof entry === "string") return { ...base, ...parseRedisUrl(fill(entry)) };
  const tls = entry.tls === undefined ? undefined : tlsOf(entry.tls, variable);
  if ("url" in entry) {
    const parsed = parseRedisUrl(fill(entry.url));
    if (tls !== undefined && parsed.tls === undefined)
      throw new Error("the Redis URL begins with redis:// although tls is given: write rediss://");
    return { ...base, ...parsed, tls: tls ?? parsed.tls };
  }
  const named = { ...base, tls, username: optional(entry.username), password: optional(entry.password) };
  if ("nodes" in entry)
    return { ...named, servers: { kind: "cluster", nodes: parseAddresses(entry.nodes.map(fill), defaultPort) } };
  return {
    ...named,
    db: entry.db ?? 0,
    sentinelUsername: optional(entry.sentinelUsername),
    sentinelPassword: optional(entry.sentinelPassword),
    servers: {
      kind: "sentinel",
      name: fill(entry.name),
      sentinels: parseAddresses(entry.sentinels.map(fill), defaultSentinelPort),
    },
  };
}

/** For messages: where it is, without credentials. */
export function shownAddress({ servers, db }: Settings): string {
  const shown = ({ host, port }: Address) => `${host.includes(":") ? `[${host}]` : host}:${port}`;
  if (servers.kind === "single") return `the Redis at ${shown(servers.at)}${db === 0 ? "" : `, database ${db},`}`;
  if (servers.kind === "cluster") return `the Redis Cluster of ${servers.nodes.map(shown).join(", ")}`;
  return `the Redis "${servers.name}" of the sentinels ${servers.sentinels.map(shown).join(", ")}`;
}

/** For tables of sources: as a URL, without credentials. */
export function placeOf({ servers, db, tls }: Settings): string {
  const scheme = tls === undefined ? "redis" : "rediss";
  const shown = ({ host, port }: Address) => `${scheme}://${host.includes(":") ? `[${host}]` : host}:${port}`;
  const database = db === 0 ? "" : `/${db}`;
  if (servers.kind === "single") return `${shown(servers.at)}${database}`;
  if (servers.kind === "cluster") return `cluster of ${servers.nodes.map(shown).join(", ")}`;
  return `"${servers.name}"${database} by sentinels ${servers.sentinels.map(shown).join(", ")}`;
}

/** @throws saying what is wrong; never with the text, which may hold a password. */
export function parseRedisUrl(
  text: string,
): Pick<Settings, "servers" | "db" | "username" | "password"> & { readonly tls: Settings["tls"] } {
  const form = "redis://[user:password@]host[:port][/database], or rediss:// for TLS";
  const url = URL.parse(text);
  if (url === null || !["redis:", "rediss:"].includes(url.protocol) || url.hostname === "")
    throw new Error(`the connection is no Redis URL: write ${form}`);
  if (url.search !== "" || url.hash !== "")
    throw new Error(`the Redis URL has a part after ? or #, which means nothing here: write ${form}`);
  if (!/^\/?\d*$/.test(url.pathname)) throw new Error(`the path of a Redis URL is a database's number: write ${form}`);
  const given = (part: string) => (part === "" ? undefined : decodeURIComponent(part));
  return {
    servers: {
      kind: "single",
      at: { host: url.hostname.replace(/^\[(.*)\]$/, "$1"), port: Number(url.port || defaultPort) },
    },
    db: Number(url.pathname.slice(1) || 0),
    username: given(url.username),
    password: given(url.password),
    tls: url.protocol === "rediss:" ? {} : undefined,
  };
}

/** @param texts each one address, or several with commas between. */
function parseAddresses(texts: readonly string[], port: number): readonly Address[] {
  return texts
    .flatMap((text) => text.split(","))
    .map((text) => {
      const match = /^(?:\[([0-9a-f:.]+)\]|([^\s:/@]+))(?::(\d{1,5}))?$/i.exec(text.trim());
      if (match === null) throw new Error("an address of the connection is not host:port");
      return { host: match[1] ?? match[2]!, port: Number(match[3] ?? port) };
    });
}
