import { TLSSocket } from "node:tls";
import { buildConnector } from "undici";
import { systemClock } from "../../domain/clock.ts";
import type { Probe, ProbeAnswer } from "../../domain/probe.ts";
import { explained } from "./failure.ts";
import type { PreparedRequest } from "./request.ts";

type ConnectOptions = NonNullable<Parameters<typeof buildConnector>[0]>;
type Socket = Parameters<buildConnector.Callback>[1];

const dayMs = 86_400_000;
const soonDays = 14;

/** Connects as a fetch does, TLS included, and asks nothing: what a request would do there, nobody but the service knows. */
export function httpProbe(
  { origin, method }: Pick<PreparedRequest, "origin" | "method">,
  options: ConnectOptions,
): Probe {
  const { protocol, hostname, host, port } = new URL(origin);
  const connect = buildConnector(options);
  return {
    place: origin,
    keepsConnection: false,
    ...(method === "POST" ? { caution: "it is asked by POST: every fetch is a real request to it" } : {}),
    ask(_features, signal) {
      return new Promise<ProbeAnswer>((resolve, reject) => {
        const giveUp = () => reject(signal.reason);
        signal.addEventListener("abort", giveUp, { once: true });
        const to = { protocol, hostname, host, port: port || (protocol === "https:" ? "443" : "80") };
        connect(to, (error: Error | null, socket: Socket) => {
          signal.removeEventListener("abort", giveUp);
          if (error !== null || socket === null) return reject(explained(error ?? new Error("it is not connected")));
          const answer = socket instanceof TLSSocket ? secured(socket) : { detail: "connects" };
          // It may end as it likes from here on.
          socket.on("error", () => {}).destroy();
          resolve(answer);
        });
      });
    },
  };
}

function secured(socket: TLSSocket): ProbeAnswer {
  const { valid_to: until } = socket.getPeerCertificate();
  const untilMs = Date.parse(until);
  const day = new Date(untilMs).toISOString().slice(0, 10);
  const detail = `connects with ${socket.getProtocol()}, certificate until ${day}`;
  if (untilMs - systemClock.now() > soonDays * dayMs) return { detail };
  return { detail, warnings: [`its certificate expires on ${day}; it needs a new one`] };
}
