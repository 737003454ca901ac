import { composeEngine, type Engine } from "./compose.ts";
import type { Config } from "./config.ts";
import { listen } from "./server/grpc.ts";
import { listenHttp } from "./server/http.ts";

/** A serving engine. */
export interface Serving {
  readonly grpcAddress: string;
  readonly httpAddress: string;
  readonly engine: Engine;
  /** Refuses new calls, finishes running ones, then closes everything. */
  stop(): Promise<void>;
}

/** config → compose → listen → drain. */
export async function serve(config: Config): Promise<Serving> {
  const engine = await composeEngine(config);
  const { logger, metrics, decide, feedback, clock, bundles, lists } = engine;
  let ready = false;
  const opened: (() => Promise<void>)[] = [() => engine.close()];
  const closeAll = async () => {
    for (const close of opened.splice(0).reverse()) await close();
  };
  try {
    const http = await listenHttp({
      address: config.httpAddress,
      isReady: () => ready,
      metrics: (accept) => metrics.render(accept),
      status: () => ({ ...bundles.state(), lists: lists.state() }),
    });
    opened.push(() => http.close());
    const grpc = await listen({
      address: config.grpcAddress,
      maxInFlight: config.maxInFlight,
      clock,
      decide,
      feedback,
      onError: (error, method) => {
        metrics.failed(error, method);
        if (!(error instanceof Error) || error.name !== "VerdictError")
          logger.error({ method, error }, "a call failed");
      },
    });
    opened.push(() => grpc.drain(config.drainMs));
    metrics.callsInFlight(grpc.inFlight, config.maxInFlight);
    ready = true;
    logger.info(
      {
        grpc: grpc.address,
        http: http.address,
        digest: bundles.current().digest,
        policies: [...bundles.current().policies.keys()],
      },
      "ready",
    );
    return {
      grpcAddress: grpc.address,
      httpAddress: http.address,
      engine,
      async stop() {
        ready = false;
        logger.info("draining");
        await closeAll();
        logger.info("stopped");
      },
    };
  } catch (error) {
    await closeAll();
    throw error;
  }
}
