import { once } from "node:events";
import { connect, createServer } from "node:net";
import type { CleanUp } from "../clean-up.ts";
import { until } from "../until.ts";
import type { Address } from "./proxy.ts";

/** One end of a connection, and all it has seen so far. */
export interface Talk {
  send(text: string): void;
  end(): void;
  /** Resolves when it has received this, since the start. @throws Error if the connection finishes with something else. */
  heard(text: string): Promise<void>;
  /** What it has received since the start. */
  all(): string;
  /** Resolves with how the other end finished: "end" in order, else the code of an error. */
  readonly finished: Promise<string>;
}

export function talkTo(clean: CleanUp, { host, port }: Address): Talk {
  const socket = connect({ host, port, allowHalfOpen: true });
  clean.later(() => socket.destroy());
  let text = "";
  socket.on("data", (chunk: Buffer) => {
    text += chunk.toString();
  });
  let over = false;
  const finished = new Promise<string>((resolve) => {
    socket.once("end", () => resolve("end"));
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
  });
  socket.once("close", () => {
    over = true;
  });
  void finished.then(() => {
    over = true;
  });
  return {
    send: (words) => void socket.write(words),
    end: () => void socket.end(),
    async heard(words) {
      await until(() => text === words || over);
      if (text !== words) throw new Error(`expected ${words}, and heard ${text} until the end`);
    },
    all: () => text,
    finished,
  };
}

export interface Echo extends Address {
  /** What it has received on all connections. */
  heard(): string;
  /** How each connection ended, as far as it has. */
  endings(): readonly string[];
}

/** A real server that sends back what it gets, and ends a connection when the client has. */
export async function startEcho(clean: CleanUp): Promise<Echo> {
  let text = "";
  const endings: string[] = [];
  const sockets = new Set<{ destroy(): void }>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", ({ code }: NodeJS.ErrnoException) => endings.push(`${code}`));
    socket.on("end", () => endings.push("end"));
    socket.on("data", (chunk: Buffer) => {
      text += chunk.toString();
    });
    socket.pipe(socket);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  clean.later(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const { port } = server.address() as { port: number };
  return { host: "127.0.0.1", port, heard: () => text, endings: () => endings };
}
