import type { Fetch } from "../../../domain/source.ts";
import type { OpenSource, SourceEnvironment } from "../../../domain/source-kind.ts";
import { defaultConnection } from "../connection-entry.ts";
import { defaultTimeoutMs } from "../entry.ts";
import { settingsOf } from "../settings.ts";
import { borrowConnection } from "../shared-connection.ts";
import { keyOf, listMark, type RedisListEntry } from "./entry.ts";
import { explained, lostList } from "./errors.ts";

/**
 * A list that is a set in Redis. It opens whether or not the server is there.
 * @throws if a variable is not set, a file cannot be read or an address is none.
 */
export function openRedisList(
  name: string,
  entry: RedisListEntry,
  { variable, onProblem }: Pick<SourceEnvironment, "variable" | "onProblem">,
): OpenSource {
  const { connection = defaultConnection, timeoutMs = defaultTimeoutMs } = entry;
  const set = keyOf(entry, variable);
  const settings = settingsOf(connection, { variable, timeoutMs });
  const source = `list ${name}`;
  const borrowed = borrowConnection(settings, { source, onProblem });
  const fetch: Fetch = async ({ key, signal }) => {
    // As in files: entries are texts, an integer is looked up by its digits.
    const entry = String(key[0]!);
    const read = { name: "smismember", args: [set, entry, listMark], values: 2 } as const;
    const [listed, marked] = await borrowed.connection.ask(read, signal).catch((error: unknown) => {
      throw explained(error);
    });
    if (!isOne(marked)) throw new Error(lostList(name));
    return { status: "OK", values: [isOne(listed) && entry !== listMark] };
  };
  return {
    source: { name: source, kind: "redis", prepare: () => fetch },
    close: async () => borrowed.giveBack(),
  };
}

function isOne(digits: Buffer | null | undefined): boolean {
  return digits?.[0] === 0x31;
}
