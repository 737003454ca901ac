import { serveAsChild } from "../../support/faults/serve-as-child.ts";
import { startServer } from "./support.ts";

/** A server of cards in a process of its own: answers at once. */
void serveAsChild((port) =>
  startServer({ later: () => {}, folder: async () => "" }, (_, answer) => answer(null, { risk: 0.5 }), {
    address: `127.0.0.1:${port}`,
  }),
);
