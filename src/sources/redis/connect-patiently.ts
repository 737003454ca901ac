import { clusterServers } from "./cluster-servers.ts";
import { describeTrouble } from "./errors.ts";
import type { Servers } from "./servers.ts";
import { type Settings, shownAddress } from "./settings.ts";
import { singleServer } from "./single-server.ts";

/** How long to wait for sentinels and clusters, of which one that is down is not all. */
const connectMs = 3_000;

/** A connection of its own, for people: they wait longer than decisions do. */
interface Connecting {
  readonly servers: Servers;
  /** Rejects, saying why, when it cannot be connected to. */
  readonly connected: Promise<void>;
  /** What kept it from being connected so far, for who cannot wait that long; undefined if nothing is known. */
  trouble(): Error | undefined;
  close(): void;
}

export function connectPatiently(settings: Settings): Connecting {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  let trouble: string | undefined;
  const failed = (why: string) => new Error(`${shownAddress(settings)} cannot be asked: ${why}`);
  const fail = () => reject(failed(trouble ?? "it does not answer"));
  const timer = setTimeout(fail, connectMs);
  const open = settings.servers.kind === "cluster" ? clusterServers : singleServer;
  const servers = open(settings, {
    up: () => {
      clearTimeout(timer);
      trouble = undefined;
      resolve();
    },
    down: (error) => {
      if (error === undefined) return;
      trouble = describeTrouble(error);
      if (settings.servers.kind === "single") fail();
    },
  });
  // Told to who asks; there may be nobody yet.
  promise.catch(() => {});
  return {
    servers,
    connected: promise,
    trouble: () => (trouble === undefined ? undefined : failed(trouble)),
    close() {
      clearTimeout(timer);
      servers.close();
    },
  };
}
