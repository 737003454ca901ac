import type { Redis } from "ioredis";
import type { OutsideList } from "../../../domain/source-kind.ts";
import { connectPatiently } from "../connect-patiently.ts";
import { defaultConnection } from "../connection-entry.ts";
import { describeTrouble, replyCode } from "../errors.ts";
import { settingsOf, shownAddress } from "../settings.ts";
import { keyOf, listMark, type RedisListEntry } from "./entry.ts";
import { explained } from "./errors.ts";

/** What one command may take: people wait longer than decisions do. */
const timeoutMs = 2_000;
/** Members that one command names. */
const chunk = 1_000;

/**
 * Connects to a list that is a set in Redis, for people.
 * @throws if a variable is not set, a file cannot be read or an address is none.
 */
export function connectRedisList(
  entry: RedisListEntry,
  { variable }: { readonly variable: (name: string) => string },
): OutsideList {
  const key = keyOf(entry, variable);
  const settings = settingsOf(entry.connection ?? defaultConnection, { variable, timeoutMs });
  const { servers, connected, close } = connectPatiently(settings);
  const ask = async <Reply>(send: (client: Redis) => Promise<Reply>): Promise<Reply> => {
    await connected;
    const client = servers.clientOf(key);
    if (client === undefined) throw new Error(`${shownAddress(settings)} cannot be asked for ${key}`);
    return await send(client).catch((error: Error) => {
      if (replyCode(error) !== undefined) throw explained(error);
      throw new Error(`${shownAddress(settings)} gave no answer: ${describeTrouble(error)}`);
    });
  };
  /** The entries that are members, whether or not the set is marked as a list. */
  const look = async (entries: readonly string[]) => {
    if (entries.includes(listMark)) throw new Error(`"${listMark}" is what marks a set as a list: it is no entry`);
    const found = new Set<string>();
    let marked = true;
    for (const part of entries.length === 0 ? [[]] : parts(entries)) {
      const flags = await ask((client) => client.smismember(key, [...part, listMark]));
      for (const [at, each] of part.entries()) if (flags[at] === 1) found.add(each);
      marked &&= flags.at(-1) === 1;
    }
    return { found, marked };
  };

  return {
    place: `the set ${key} in ${shownAddress(settings)}`,
    async size() {
      const { marked } = await look([]);
      return marked ? (await ask((client) => client.scard(key))) - 1 : undefined;
    },
    async find(entries) {
      const { found, marked } = await look(entries);
      return marked ? found : undefined;
    },
    async add(entries, create) {
      const { found, marked } = await look(entries);
      if (!marked && !create) return undefined;
      const added = entries.filter((entry) => !found.has(entry));
      for (const part of parts(added)) await ask((client) => client.sadd(key, part));
      // Last: until then nobody takes the beginning of a list for the whole.
      if (!marked) await ask((client) => client.sadd(key, listMark));
      return new Set(added);
    },
    async remove(entries) {
      const { found, marked } = await look(entries);
      if (!marked) return undefined;
      for (const part of parts([...found])) await ask((client) => client.srem(key, part));
      return found;
    },
    close: async () => close(),
  };
}

function parts<Item>(items: readonly Item[]): Item[][] {
  return Array.from({ length: Math.ceil(items.length / chunk) }, (_, at) => items.slice(at * chunk, (at + 1) * chunk));
}
