import type { Redis } from "ioredis";
import { clusterServers } from "../redis/cluster-servers.ts";
import { describeTrouble, replyCode } from "../redis/errors.ts";
import { replaceConnection, type Servers } from "../redis/servers.ts";
import { type Settings, shownAddress } from "../redis/settings.ts";
import { singleServer } from "../redis/single-server.ts";
import type { Script } from "./scripts.ts";

/** A key that moves while it is asked for is followed so often. */
const maxRedirects = 3;

type Argument = string | Buffer;
/** Sends something for one key to one server. */
type Send = (client: Redis, asking: boolean) => Promise<unknown>;

/**
 * Commands and scripts, sent to the server that has their first key; in a cluster they have one. A command is only ever sent again when the
 * server has said that it did not run it: it does not know the script, or the key is elsewhere. Without a connection,
 * commands fail at once, except at the very beginning, when they wait for how the first attempt to connect ends.
 */
export class Commands {
  readonly #address: string;
  readonly #servers: Servers;
  readonly #started: Promise<void>;
  #trouble: string | undefined;

  constructor(settings: Settings) {
    this.#address = shownAddress(settings);
    const open = settings.servers.kind === "cluster" ? clusterServers : singleServer;
    const started = Promise.withResolvers<void>();
    this.#started = started.promise;
    this.#servers = open(settings, {
      up: () => {
        this.#trouble = undefined;
        started.resolve();
      },
      down: (error) => {
        if (error !== undefined) this.#trouble = describeTrouble(error);
        started.resolve();
      },
    });
  }

  /** @throws Error when Redis does not answer, or answers with an error */
  get(key: string): Promise<Buffer | null> {
    return this.#send(key, async (client, asking) => {
      if (!asking) return client.getBuffer(key);
      return second(await client.pipeline().asking().getBuffer(key).exec());
    }) as Promise<Buffer | null>;
  }

  /** @throws Error as `get` */
  hmget(key: string, ...fields: readonly string[]): Promise<readonly (Buffer | null)[]> {
    return this.#send(key, async (client, asking) => {
      if (!asking) return client.hmgetBuffer(key, ...fields);
      return second(
        await client
          .pipeline()
          .asking()
          .hmgetBuffer(key, ...fields)
          .exec(),
      );
    }) as Promise<readonly (Buffer | null)[]>;
  }

  /**
   * What the script answers, texts as bytes.
   * @throws Error as `get`; when it says that there was no answer, the script may have run, or run later
   */
  run({ text, sha }: Script, keys: string | readonly string[], ...args: readonly Argument[]): Promise<unknown> {
    const all = typeof keys === "string" ? [keys] : keys;
    return this.#send(all[0]!, async (client, asking) => {
      if (asking) {
        return second(
          await client
            .pipeline()
            .asking()
            .callBuffer("EVAL", text, all.length, ...all, ...args)
            .exec(),
        );
      }
      try {
        return await client.callBuffer("EVALSHA", sha, all.length, ...all, ...args);
      } catch (error) {
        if (replyCode(error as Error) !== "NOSCRIPT") throw error;
        return client.callBuffer("EVAL", text, all.length, ...all, ...args);
      }
    });
  }

  close(): void {
    this.#servers.close();
  }

  async #send(key: string, send: Send): Promise<unknown> {
    await this.#started;
    let client = this.#servers.clientOf(key);
    let asking = false;
    for (let redirects = 0; ; redirects++) {
      if (client === undefined) {
        throw new Error(`${this.#address} cannot be asked for aggregates: ${this.#trouble ?? "it is not connected"}`);
      }
      try {
        return await send(client, asking);
      } catch (error) {
        const moved = redirectOf(error as Error);
        if (moved === undefined || redirects === maxRedirects) throw this.#explained(client, error as Error);
        asking = moved.asking;
        if (!asking) await this.#servers.refresh();
        client = this.#servers.clientAt(moved.address);
      }
    }
  }

  #explained(client: Redis, error: Error): Error {
    const code = replyCode(error);
    if (code !== undefined) return new Error(`${this.#address} refuses aggregates: ${code}${hints[code] ?? ""}`);
    // Its place in the queue is only free when the connection ends.
    if (error.message.startsWith("Command timed out")) replaceConnection(client);
    return new Error(
      `${this.#address} gave no answer about aggregates: ${describeTrouble(error)}; what was sent may have been done, ` +
        "and may be sent again with the same request id",
    );
  }
}

const hints: Readonly<Record<string, string>> = {
  NOPERM: ": the user's ACL must allow EVAL, EVALSHA, GET, SET, HGET, HSET and the like on the store's keys",
  OOM: ": it has reached its maxmemory; give it more, or keep events for a shorter time",
  READONLY: ": it is a replica; name the master",
  WRONGTYPE: ": a key of the store holds something else; give the store a prefix of its own",
};

function redirectOf(error: Error): { readonly address: string; readonly asking: boolean } | undefined {
  if (replyCode(error) === undefined) return undefined;
  const [, kind, address] = /^(MOVED|ASK) \d+ (\S+)$/.exec(error.message) ?? [];
  return address === undefined ? undefined : { address, asking: kind === "ASK" };
}

function second(replies: readonly (readonly [Error | null, unknown])[] | null): unknown {
  const [error, result] = replies![1]!;
  if (error !== null) throw error;
  return result;
}
