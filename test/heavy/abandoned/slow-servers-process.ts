import { once } from "node:events";
import { createServer } from "node:http";
import { status } from "@grpc/grpc-js";
import { createRandom } from "../../../src/simulate/random.ts";
import { startServer } from "../../sources/grpc/support.ts";
import { serveAsChild } from "../../support/faults/serve-as-child.ts";
import { startInferenceServer } from "../../support/inference-server.ts";
import { type SeenByServers, sharedNowMs, slowestMs } from "./slow-servers.ts";

const clean = { later: () => {}, folder: async () => "" };
const random = createRandom(7, 1);
const givenUp: SeenByServers["givenUp"][number][] = [];
let open = 0;

/**
 * Begins a request.
 * @param answer given a number from 0 to 1.
 * @returns what is to be told when the caller went away, or the request ended.
 */
function serve(decision: string, answer: (draw: number) => void): () => void {
  open += 1;
  let isOpen = true;
  const end = () => {
    if (isOpen) open -= 1;
    isOpen = false;
  };
  const draw = random();
  const later = () => {
    end();
    answer(draw);
  };
  const timer = draw < 0.95 ? setTimeout(later, draw * slowestMs) : undefined;
  return () => {
    if (isOpen) givenUp.push({ decision, atMs: sharedNowMs() });
    clearTimeout(timer);
    end();
  };
}

/** Services over HTTP and gRPC and a model; of all answers, some are errors. Usage: PORT GRPC-PORT MODEL-PORT */
void serveAsChild(async (port, [grpcPort, modelPort]) => {
  const http = createServer((request, response) => {
    if (request.url === "/seen") return response.end(JSON.stringify({ open, givenUp } satisfies SeenByServers));
    const gone = serve(request.url!.slice(1), (draw) => {
      if (draw < 0.1) response.writeHead(500).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ risk: draw }));
    });
    response.on("close", gone);
  });
  http.listen(port, "127.0.0.1");
  await once(http, "listening");
  await startServer(
    clean,
    (call, answer) => {
      const gone = serve(String(call.request.card_id), (draw) => {
        if (draw < 0.1) answer({ code: status.UNAVAILABLE, details: "busy" });
        else answer(null, { risk: draw });
      });
      call.on("cancelled", gone);
    },
    { address: `127.0.0.1:${grpcPort}` },
  );
  await startInferenceServer(
    clean,
    (call, answer) => {
      const gone = serve("", (draw) =>
        answer(null, {
          outputs: [{ name: "score", datatype: "FP64", shape: [1, 1], contents: { fp64_contents: [draw] } }],
        }),
      );
      call.on("cancelled", gone);
    },
    { address: `127.0.0.1:${modelPort}` },
  );
});
