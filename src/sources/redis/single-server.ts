import { Redis } from "ioredis";
import { clientOptions, retryDelayMs, type Servers, type Watch, watchClient } from "./servers.ts";
import type { Settings } from "./settings.ts";

/** What one sentinel may take to answer, so that the next is asked. */
const sentinelTimeoutMs = 300;

/** One server, or the master that sentinels name. It connects at once, and again and again. */
export function singleServer(settings: Settings, watch: Watch): Servers {
  const { servers, tls, sentinelUsername, sentinelPassword } = settings;
  const client = new Redis({
    ...clientOptions(settings),
    ...(servers.kind === "single" ? servers.at : {}),
    ...(servers.kind === "sentinel"
      ? {
          sentinels: [...servers.sentinels],
          name: servers.name,
          sentinelRetryStrategy: retryDelayMs,
          sentinelCommandTimeout: sentinelTimeoutMs,
          ...(sentinelUsername === undefined ? {} : { sentinelUsername }),
          ...(sentinelPassword === undefined ? {} : { sentinelPassword }),
          ...(tls === undefined ? {} : { sentinelTLS: tls, enableTLSForSentinelMode: true }),
        }
      : {}),
  });
  let closed = false;
  watchClient(client, watch);
  // Sentinels that do not answer.
  client.on("sentinelError", (error: Error) => watch.down(error));
  client.on("end", () => {
    // The library gives up where a connection cannot even be begun.
    if (!closed) setTimeout(() => closed || client.connect().catch(() => {}), retryDelayMs(Number.POSITIVE_INFINITY));
  });
  const ready = () => (client.status === "ready" ? client : undefined);
  return {
    clientOf: ready,
    clientAt: ready,
    refresh: async () => {},
    close() {
      closed = true;
      client.disconnect();
    },
  };
}
