import { Command } from "commander";
import { serve } from "../main.ts";
import { configOf, withEngineOptions } from "./config-options.ts";

/** `verdict serve`: runs the engine until SIGTERM or SIGINT, then drains. */
export function serveCommand(): Command {
  return withEngineOptions(new Command("serve"))
    .description("run the engine until SIGTERM")
    .option("--grpc <address>", "host:port of the API (VERDICT_GRPC_ADDRESS)")
    .option("--http <address>", "host:port of health and metrics (VERDICT_HTTP_ADDRESS)")
    .option("--timings <file>", "append a line for each decision, for verdict latency (VERDICT_TIMINGS_FILE)")
    .action(async (_flags: object, command: Command) => {
      const serving = await serve(configOf(command));
      // A parent process that asked for free ports learns them here.
      process.send?.({ grpcAddress: serving.grpcAddress, httpAddress: serving.httpAddress });
      await new Promise<void>((resolve) => {
        process.once("SIGTERM", resolve).once("SIGINT", resolve);
        process.once("disconnect", resolve);
      });
      await serving.stop();
      if (process.connected) process.disconnect();
    });
}
