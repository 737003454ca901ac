import type { Redis, RedisOptions } from "ioredis";
import { mustReconnect } from "./errors.ts";
import type { Settings } from "./settings.ts";

/** The servers behind one connection. */
export interface Servers {
  /** The client of the server that has the key; undefined while it cannot be asked. */
  clientOf(key: string | Buffer): Redis | undefined;
  /** The client of the server at `host:port`; undefined while it cannot be asked. */
  clientAt(address: string): Redis | undefined;
  /** Learns anew which server has which keys; never rejects. */
  refresh(): Promise<void>;
  close(): void;
}

/** Told how it goes. `down` without an error: the other side closed the connection. */
export interface Watch {
  up(): void;
  down(error?: Error): void;
}

/** A connection is tried again after so long at most. */
const maxRetryMs = 250;
const connectTimeoutMs = 700;
/** A connection that was given up is closed by force after so long. */
const disconnectTimeoutMs = 50;

/** Replies in the shapes of Redis 2 to 7. */
export type ClientOptions = Omit<RedisOptions, "replyMapping">;

export function clientOptions({ db, username, password, tls, stallMs }: Settings): ClientOptions {
  return {
    db,
    ...(username === undefined ? {} : { username }),
    ...(password === undefined ? {} : { password }),
    ...(tls === undefined ? {} : { tls }),
    connectionName: "verdict",
    connectTimeout: connectTimeoutMs,
    disconnectTimeout: disconnectTimeoutMs,
    // Nothing waits for a connection, nothing is sent twice: who asked has gone on by then.
    enableOfflineQueue: false,
    maxRetriesPerRequest: 0,
    autoResendUnfulfilledCommands: false,
    retryStrategy: retryDelayMs,
    maxLoadingRetryTime: maxRetryMs,
    // A command that timed out still holds its place in the queue: only the end of the connection frees it.
    commandTimeout: stallMs,
    socketTimeout: stallMs,
  };
}

/** Doubles from 10 ms; half of it is random, so that engines do not come back all in one moment. */
export function retryDelayMs(times: number): number {
  return Math.min(maxRetryMs, 10 * 2 ** Math.min(times - 1, 10)) * (0.5 + Math.random() / 2);
}

/** Sees to a client's events: an `error` that nobody listens to would be printed, or end the process. */
export function watchClient(client: Redis, { up, down }: Watch): void {
  client.on("ready", up);
  client.on("error", (error: Error) => {
    if (mustReconnect(error)) replaceConnection(client);
    down(error);
  });
  client.on("close", () => down());
}

/** Gives up a connection whose replies cannot be trusted. What is in flight on it fails; the client makes another. */
export function replaceConnection(client: Redis): void {
  // Each of many commands may find out; the library listens anew to the socket each time it is told.
  if (client.status !== "ready" && client.status !== "connect") return;
  if (client.stream.writable) client.disconnect(true);
}
