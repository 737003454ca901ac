import { createServer as createHttpServer } from "node:http";
import type { AddressInfo, Server } from "node:net";
import { createServer, type Socket } from "node:net";
import { status } from "@grpc/grpc-js";
import { startServer } from "../../sources/grpc/support.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import { startInferenceServer } from "../../support/inference-server.ts";
import { marked } from "./marks.ts";

async function listening(clean: CleanUp, server: Server): Promise<string> {
  const sockets = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    sockets.add(socket.on("error", () => {}));
    socket.once("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clean.later(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const json = { "content-type": "application/json" };

/** An HTTP service that answers with marks in every way it can, by the first part of the path. */
async function startHttp(clean: CleanUp): Promise<string> {
  const answers: Readonly<Record<string, readonly [code: number, headers: Record<string, string>, body: string]>> = {
    good: [200, json, JSON.stringify({ name: marked("answer"), score: marked("text for a number") })],
    refuses: [500, { ...json, "x-reason": marked("header") }, JSON.stringify({ error: marked("error") })],
    garbage: [200, json, `{"name": ${marked("no json")}`],
    page: [200, { "content-type": "text/html" }, `<p>${marked("page")}</p>`],
    redirects: [302, { location: `/${marked("location")}` }, ""],
    huge: [200, json, JSON.stringify({ name: marked("huge").repeat(1_000) })],
  };
  const server = createHttpServer((request, response) => {
    const [, what = ""] = request.url?.split("/") ?? [];
    const answer = answers[what];
    if (answer === undefined) return void request.socket.end(`HTTP/1.1 200 OK\r\n${marked("no header")}\r\n\r\n`);
    const [code, headers, body] = answer;
    response.writeHead(code, headers).end(body);
  });
  return await listening(clean, server);
}

/** A Redis that lets everybody in or nobody, and answers every question with an error that repeats it. */
async function startRedis(clean: CleanUp, letsIn: boolean): Promise<string> {
  const server = createServer((socket) => {
    let received = "";
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
      for (let command = take(); command !== undefined; command = take()) socket.write(reply(command));
    });
    const take = () => {
      const count = Number(/^\*(\d+)\r\n/.exec(received)?.[1] ?? 0);
      const whole = new RegExp(`^\\*${count}\\r\\n((?:\\$\\d+\\r\\n[^\\r]*\\r\\n){${count}})`).exec(received);
      if (count === 0 || whole === null) return undefined;
      received = received.slice(whole[0].length);
      return whole[1]!.split("\r\n").filter((_, at) => at % 2 === 1);
    };
  });
  const reply = ([name = "", ...rest]: readonly string[]): string => {
    if (/^(hello|auth)$/i.test(name) && !letsIn) return `-WRONGPASS no such user ${rest.join(" ")}\r\n`;
    if (/^(auth|client|select|readonly)$/i.test(name)) return "+OK\r\n";
    if (/^hello$/i.test(name)) return "%1\r\n$6\r\nserver\r\n$5\r\nredis\r\n";
    if (/^info$/i.test(name)) return "$21\r\nredis_version:7.2.0\r\n\r\n";
    return `-ERR ${marked("reply")} to ${name} ${rest.join(" ")}\r\n`;
  };
  return await listening(clean, server);
}

/** Services that all leak what they know. @returns the variables of the environment that name them, with credentials. */
export async function startServices(clean: CleanUp): Promise<Readonly<Record<string, string>>> {
  const password = marked("password");
  const grpc = await startServer(clean, (_, answer) =>
    answer({ code: status.INTERNAL, details: marked("grpc details") }),
  );
  const inference = await startInferenceServer(clean, (_, answer) =>
    answer({ code: status.INVALID_ARGUMENT, details: marked("inference details") }),
  );
  return {
    HTTP_URL: `http://user:${password}@${await startHttp(clean)}`,
    HTTP_TOKEN: marked("token"),
    DEAD_URL: `http://user:${password}@127.0.0.1:1`,
    REDIS_OPEN: `redis://user:${password}@${await startRedis(clean, true)}`,
    REDIS_SHUT: `redis://user:${password}@${await startRedis(clean, false)}`,
    REDIS_DEAD: `redis://user:${password}@127.0.0.1:1`,
    GRPC_ADDRESS: grpc.address,
    MODEL_ADDRESS: inference,
    BAD_TOKEN: `${marked("token")}\n`,
    BAD_ADDRESS: `user:${password}@:host:x`,
  };
}
