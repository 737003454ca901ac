import type { Probe, ProbeAnswer } from "../../domain/probe.ts";
import { connectPatiently } from "./connect-patiently.ts";
import { describeTrouble, ReplyProblem, replyCode } from "./errors.ts";
import { placeOf, type Settings, shownAddress } from "./settings.ts";

/** What INFO says, by name. */
export type ServerInfo = Readonly<Record<string, string>>;

/** A probe of a Redis, over a connection of its own that is made at the first question. */
interface RedisProbe {
  readonly probe: Probe;
  close(): void;
}

/** @param judge tells what its user would warn of. @throws if it cannot be used at all. */
export function redisProbe(settings: Settings, judge: (info: ServerInfo) => readonly string[] = () => []): RedisProbe {
  let connection: ReturnType<typeof connectPatiently> | undefined;
  const ask = async (): Promise<ProbeAnswer> => {
    connection ??= connectPatiently(settings);
    await connection.connected;
    // Any will do: a cluster counts as connected once all nodes with slots are.
    const client = connection.servers.clientOf("");
    if (client === undefined) throw new Error(`${shownAddress(settings)} is not connected any more`);
    // Not PING: users need leave for INFO anyway, to connect.
    const text = await client.info().catch((error: Error) => {
      const code = replyCode(error);
      if (code !== undefined) throw new ReplyProblem(code);
      throw new Error(`${shownAddress(settings)} gave no answer: ${describeTrouble(error)}`);
    });
    const info = parseInfo(text);
    return { detail: shown(info), warnings: judge(info) };
  };
  return {
    probe: {
      place: placeOf(settings),
      keepsConnection: true,
      ask: (_features, signal) => unlessAborted(ask(), signal, () => connection?.trouble() ?? signal.reason),
    },
    close: () => connection?.close(),
  };
}

function parseInfo(text: string): ServerInfo {
  const pairs = text.split("\r\n").flatMap((line) => {
    const at = line.indexOf(":");
    return at < 1 ? [] : [[line.slice(0, at), line.slice(at + 1)] as const];
  });
  return Object.fromEntries(pairs);
}

function shown({ redis_version: version, redis_mode: mode, role }: ServerInfo): string {
  const what = mode === "cluster" ? ", a cluster" : role === "slave" ? ", a replica" : "";
  return `Redis ${version ?? "of unknown version"}${what}`;
}

/** The probe's commands have no signal of their own: their connection ends with the check. */
async function unlessAborted<Value>(work: Promise<Value>, signal: AbortSignal, reason: () => unknown): Promise<Value> {
  work.catch(() => {});
  const { promise: aborted, reject } = Promise.withResolvers<never>();
  const stop = () => reject(reason());
  if (signal.aborted) stop();
  signal.addEventListener("abort", stop, { once: true });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener("abort", stop);
  }
}
