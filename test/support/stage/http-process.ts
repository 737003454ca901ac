import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import { serveAsChild } from "../faults/serve-as-child.ts";
import { isWrong, numberOf, riskOf } from "./people.ts";

/** A service that says a person's risk as JSON. */
void serveAsChild(async (port) => {
  const server = createServer((request, response) => {
    const person = request.url!.slice(1);
    if (isWrong(person, "http")) return wrongly[numberOf(person) % wrongly.length]!(response);
    response.writeHead(200, json).end(JSON.stringify({ risk: riskOf(person) }));
  });
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
});

const json = { "content-type": "application/json" };

const wrongly: readonly ((response: ServerResponse) => void)[] = [
  (response) => void response.writeHead(500).end("boom"),
  (response) => void response.writeHead(200, json).end('{"risk":"high"}'),
  (response) => void response.writeHead(200, json).end('{"risk":0.'),
  (response) => void response.writeHead(200, { "content-type": "text/html" }).end("<p>0.5</p>"),
  (response) => void response.writeHead(200, json).end(JSON.stringify({ risk: 0.5, more: "x".repeat(300_000) })),
  (response) => void response.writeHead(200, json).end(`${"[".repeat(100_000)}`),
  (response) => {
    response.writeHead(200, { ...json, "content-length": "100" });
    response.write('{"risk":0.5');
    setImmediate(() => response.destroy());
  },
];
