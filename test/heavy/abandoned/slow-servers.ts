import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { createRandom } from "../../../src/simulate/random.ts";
import { startServer } from "../../sources/grpc/support.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import { startProxy } from "../../support/faults/proxy.ts";
import { startInferenceServer } from "../../support/inference-server.ts";
import { startRedis } from "../../support/redis/server.ts";

/** What servers see of requests whose caller went away. */
export interface Watched {
  /** Requests that were neither answered nor given up yet, by server. */
  readonly open: Map<string, number>;
  /** When a request was given up, by server and the decision it was for. */
  readonly givenUp: { readonly server: string; readonly decision: string; readonly atMs: number }[];
}

export interface SlowServers extends Watched {
  readonly http: string;
  readonly grpc: string;
  readonly redis: string;
  readonly model: string;
}

/** Most answers come in so long, one in twenty never. */
const slowestMs = 45;

/** Real servers, in this process so that both ends have one clock, that take a time of their own to answer. */
export async function startSlowServers(clean: CleanUp): Promise<SlowServers> {
  const random = createRandom(7, 1);
  const open = new Map<string, number>();
  const givenUp: Watched["givenUp"] = [];
  const timers = new Set<NodeJS.Timeout>();
  clean.later(() => {
    for (const timer of timers) clearTimeout(timer);
  });

  /** Begins one request. @returns what is told when the caller went away. */
  const serve = (server: string, decision: string, answer: (draw: number) => void): (() => void) => {
    const count = (by: number) => open.set(server, (open.get(server) ?? 0) + by);
    count(1);
    let isOpen = true;
    const end = () => {
      if (isOpen) count(-1);
      isOpen = false;
    };
    const draw = random();
    if (draw < 0.95) {
      const timer = setTimeout(() => {
        timers.delete(timer);
        if (!isOpen) return;
        end();
        answer(draw);
      }, draw * slowestMs);
      timers.add(timer);
    }
    return () => {
      if (isOpen) givenUp.push({ server, decision, atMs: performance.now() });
      end();
    };
  };

  const http = createServer((request, response) => {
    const gone = serve("http", request.url!.slice(1), (draw) => {
      if (draw < 0.1) response.writeHead(500).end();
      else response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify({ risk: draw }));
    });
    response.on("close", gone);
  });
  http.listen(0, "127.0.0.1");
  await once(http, "listening");
  clean.later(() => {
    http.closeAllConnections();
    http.close();
  });

  const grpc = await startServer(clean, (call, answer) => {
    const gone = serve("grpc", String(call.request.card_id), (draw) => {
      if (draw < 0.1) answer({ code: 14, details: "busy" });
      else answer(null, { risk: draw });
    });
    call.on("cancelled", gone);
  });

  const model = await startInferenceServer(clean, (call, answer) => {
    const gone = serve("model", "", (draw) =>
      answer(null, {
        outputs: [{ name: "score", datatype: "FP64", shape: [1, 1], contents: { fp64_contents: [draw] } }],
      }),
    );
    call.on("cancelled", gone);
  });

  const redis = await startRedis(clean);
  await redis.client().sadd("vips", "nobody", "verdict:list");
  const proxy = await startProxy(clean, { to: redis, faults: { jitterMs: slowestMs, toward: "client" } });
  return {
    http: `127.0.0.1:${(http.address() as AddressInfo).port}`,
    grpc: grpc.address,
    redis: proxy.address,
    model,
    open,
    givenUp,
  };
}
