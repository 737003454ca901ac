import { Cluster, type Redis } from "ioredis";
import { clientOptions, retryDelayMs, type Servers, type Watch, watchClient } from "./servers.ts";
import type { Settings } from "./settings.ts";
import { slotOf } from "./slot.ts";

/** What one node may take to say who has which slots, so that the next is asked. */
const slotsTimeoutMs = 300;
/** While a node is missing, the others are asked about it this often. */
const lookAgainMs = 100;

/**
 * A Redis Cluster. The library keeps the map of slots and the nodes' clients; which client gets which command, and what
 * becomes of a command that meets a fault, is decided here: the library's own way of repeating knows no deadline.
 */
export function clusterServers(settings: Settings, watch: Watch): Servers {
  if (settings.servers.kind !== "cluster") throw new Error("these settings are of no cluster");
  // Without an end, its nodes come back only when the map of slots still has them: the refresh below makes them again.
  const { retryStrategy: _, ...redisOptions } = clientOptions(settings);
  const cluster = new Cluster([...settings.servers.nodes], {
    redisOptions,
    enableOfflineQueue: false,
    enableReadyCheck: false,
    clusterRetryStrategy: retryDelayMs,
    slotsRefreshTimeout: slotsTimeoutMs,
    // A certificate is for a name, not for the address behind it.
    ...(settings.tls === undefined ? {} : { dnsLookup: (name, done) => done(null, name) }),
  });
  let clients = new Map<string, Redis>();
  /** The nodes that have slots. */
  let owners = new Set<string>();
  let lookTimer: NodeJS.Timeout | undefined;
  let closed = false;

  const look = () => {
    clients = new Map(cluster.nodes().map((client) => [nameOf(client), client]));
    if (cluster.status !== "ready") return;
    // They wait for a first command; that should not be the one to wait for them.
    for (const master of cluster.nodes("master")) if (master.status === "wait") master.connect().catch(() => {});
    const up = (owner: string) => ready(clients.get(owner)) !== undefined;
    if (owners.size > 0 && [...owners].every(up)) watch.up();
  };
  const refresh = () => new Promise<void>((resolve) => cluster.refreshSlotsCache(() => resolve()));
  const lookAgain = () => {
    if (closed || cluster.status !== "ready") return;
    lookTimer ??= setTimeout(() => {
      lookTimer = undefined;
      void refresh();
    }, lookAgainMs);
  };
  const down = (client: Redis, error?: Error) => {
    // One that left the cluster is missed by nobody.
    if (closed || clients.get(nameOf(client)) !== client || client.options.readOnly) return;
    watch.down(error);
    lookAgain();
  };

  cluster.on("+node", (client: Redis) => {
    watchClient(client, { up: look, down: (error) => down(client, error) });
    look();
  });
  cluster.on("-node", () => {
    look();
    lookAgain();
  });
  cluster.on("ready", look);
  cluster.on("refresh", () => {
    owners = new Set(cluster.slots.flatMap(([owner]) => owner ?? []));
    look();
  });
  cluster.on("error", (error: Error) => watch.down(error));
  cluster.on("close", () => watch.down());
  cluster.on("node error", () => {});

  return {
    clientOf(key) {
      const owner = cluster.slots[slotOf(key)]?.[0];
      const client = owner === undefined ? undefined : ready(clients.get(owner));
      if (client === undefined) lookAgain();
      return client;
    },
    clientAt: (address) => ready(clients.get(address)),
    refresh,
    close() {
      closed = true;
      clearTimeout(lookTimer);
      cluster.disconnect();
    },
  };
}

function ready(client: Redis | undefined): Redis | undefined {
  return client?.status === "ready" ? client : undefined;
}

/** As the map of slots names them. */
function nameOf({ options }: Redis): string {
  return `${options.host}:${options.port}`;
}
