import { Cluster, Redis, type RedisOptions } from "ioredis";
import type { CleanUp } from "../clean-up.ts";
import type { Address } from "../faults/proxy.ts";

/** Replies as ioredis has always given them. */
export type ClientOptions = Omit<RedisOptions, "replyMapping">;
export type ClusterClientOptions = NonNullable<ConstructorParameters<typeof Cluster<"legacy">>[1]>;

/** A client whose lost connections are no error of the test; closed with it. */
export function redisClient(clean: CleanUp, options: ClientOptions): Redis {
  const client = new Redis(options);
  client.on("error", () => {});
  clean.later(() => client.disconnect());
  return client;
}

/** The same of a cluster. */
export function clusterClient(
  clean: CleanUp,
  addresses: readonly Address[],
  options: ClusterClientOptions = {},
): Cluster {
  const client = new Cluster([...addresses], options);
  client.on("error", () => {});
  clean.later(() => client.disconnect());
  return client;
}

/** Asks until it answers; a server that asks for a password answers too. @throws Error when it is told to give up. */
export async function answersPing(address: Address, giveUp: AbortSignal): Promise<void> {
  const client = new Redis({ ...address, maxRetriesPerRequest: null, retryStrategy: () => 20 });
  client.on("error", () => {});
  // Disconnecting does not do: a client that waits to connect again leaves its commands without an answer.
  const givenUp = new Promise<never>((_, reject) => {
    giveUp.addEventListener("abort", () => reject(new Error(`${address.port} will not answer`)));
  });
  try {
    await Promise.race([client.ping(), givenUp]);
  } catch (error) {
    if (!`${error}`.includes("NOAUTH")) throw error;
  } finally {
    client.disconnect();
  }
}
