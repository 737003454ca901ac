import type { Socket } from "node:net";
import { createRandom } from "../../../src/simulate/random.ts";
import { type Faults, noFaults, strikeConnection, type Toward } from "./faults.ts";
import { openLane } from "./lane.ts";

export interface ConnectionOptions {
  readonly client: Socket;
  readonly server: Socket;
  readonly seed: number;
  /** The how manieth connection of its proxy: each draws from streams of its own, whatever the others do. */
  readonly number: number;
  readonly passed: (toward: Toward, bytes: number) => void;
}

/** A client's connection and the one made for it to the server. */
export interface Connection {
  change(faults: Faults): void;
  destroy(): void;
}

export function joinSockets({ client, server, seed, number, passed }: ConnectionOptions, first: Faults): Connection {
  const random = [0, 1, 2].map((lane) => createRandom(seed, number * 3 + lane));
  const reset = () => {
    client.resetAndDestroy();
    server.resetAndDestroy();
  };
  for (const socket of [client, server]) socket.setNoDelay(true);
  const lanes = {
    server: openLane(
      { from: client, to: server, random: random[1]!, passed: (bytes) => passed("server", bytes), reset },
      noFaults,
    ),
    client: openLane(
      { from: server, to: client, random: random[2]!, passed: (bytes) => passed("client", bytes), reset },
      noFaults,
    ),
  };
  const change = (faults: Faults) => {
    const struck = strikeConnection(faults, random[0]!);
    if (struck.reset) return reset();
    for (const toward of ["server", "client"] as const) {
      lanes[toward].change(struck.toward === undefined || struck.toward === toward ? struck : noFaults);
    }
  };
  change(first);
  return {
    change,
    destroy() {
      client.destroy();
      server.destroy();
    },
  };
}
