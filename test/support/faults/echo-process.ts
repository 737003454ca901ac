import { once } from "node:events";
import { createServer } from "node:net";
import { serveAsChild } from "./serve-as-child.ts";

/** Sends back what it gets; with "deaf" as argument it ignores SIGTERM, with "broken" it fails at once. */
void serveAsChild(async (port, [mood]) => {
  if (mood === "broken") throw new Error("the echo is broken");
  if (mood === "deaf") process.on("SIGTERM", () => {});
  const server = createServer((socket) => socket.on("error", () => {}).pipe(socket));
  server.listen(port, "127.0.0.1");
  await once(server, "listening");
});
