import { cleanUp } from "../clean-up.ts";
import { startServerProcess } from "./server-process.ts";

/** Starts a server, freezes it, says its process id, and never ends by itself. */
const server = await startServerProcess(
  cleanUp(() => {}),
  new URL("echo-process.ts", import.meta.url),
);
await server.freeze();
process.stdout.write(`${server.pid()}\n`);
