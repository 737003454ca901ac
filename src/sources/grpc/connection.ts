import { createHash } from "node:crypto";
import { type ChannelOptions, Client, credentials } from "@grpc/grpc-js";

/** What makes a connection: with the same settings it is the same one. */
export interface ConnectionSettings {
  readonly address: string;
  /** Undefined: plain text. Without `ca`, the system's authorities are trusted. */
  readonly tls: { readonly ca?: Buffer; readonly cert?: Buffer; readonly key?: Buffer } | undefined;
  readonly maxResponseBytes: number;
}

export interface Borrowed {
  readonly client: Client;
  /** The last one to give it back closes it. */
  giveBack(): void;
}

interface Shared {
  readonly client: Client;
  users: number;
}

/** By settings. Of the whole process: when documents are swapped, the new sources take over what the old ones had open. */
const open = new Map<string, Shared>();

/** A client with these settings: one for all who ask. It connects at its first call. */
export function borrowClient(settings: ConnectionSettings): Borrowed {
  const { address, tls, maxResponseBytes } = settings;
  const secrets = tls && [tls.ca, tls.cert, tls.key].map((file) => file && digestOf(file));
  const name = JSON.stringify([address, secrets ?? null, maxResponseBytes]);
  const shared = open.get(name) ?? { client: openClient(settings), users: 0 };
  shared.users += 1;
  open.set(name, shared);
  let mine = true;
  return {
    client: shared.client,
    giveBack() {
      if (mine) shared.users -= 1;
      mine = false;
      if (shared.users > 0 || open.get(name) !== shared) return;
      open.delete(name);
      shared.client.close();
    },
  };
}

const options: ChannelOptions = {
  // A server that comes back is connected to within 300 ms, whatever the jitter of 20 %: so it is up before the second trial
  // of a breaker, and in use within a second.
  "grpc.initial_reconnect_backoff_ms": 100,
  "grpc.max_reconnect_backoff_ms": 250,
  "grpc.dns_min_time_between_resolutions_ms": 1_000,
  // A host that is gone without a word is noticed; only while calls wait, so that no server takes the pings for an attack.
  "grpc.keepalive_time_ms": 10_000,
  "grpc.keepalive_timeout_ms": 5_000,
  // What happens to a fetch that failed is decided outside, with the time that is left in view.
  "grpc.enable_retries": 0,
  "grpc.service_config_disable_resolution": 1,
  // A proxy of the environment is for the way out, not for the servers around.
  "grpc.enable_http_proxy": 0,
  "grpc.enable_channelz": 0,
  // A connection ends with its client, and no other client keeps it.
  "grpc.use_local_subchannel_pool": 1,
};

function openClient({ address, tls, maxResponseBytes }: ConnectionSettings): Client {
  const secured = tls && credentials.createSsl(tls.ca ?? null, tls.key ?? null, tls.cert ?? null);
  return new Client(address, secured ?? credentials.createInsecure(), {
    ...options,
    "grpc.max_receive_message_length": maxResponseBytes,
  });
}

function digestOf(file: Buffer): string {
  return createHash("sha256").update(file).digest("hex");
}
