import { type Command, Option } from "commander";
import { type Config, type ConfigFlags, loadConfig } from "../config.ts";

interface Flags {
  readonly grpc?: string;
  readonly http?: string;
  readonly data?: string;
  readonly policies?: string;
  readonly models?: string;
  readonly logLevel?: Config["logLevel"];
  readonly timings?: string;
}

/** Where documents lie: for every command that reads them. */
export function withDocumentOptions(command: Command): Command {
  return command
    .addOption(new Option("--policies <folder>", "policies and feature catalogue (VERDICT_POLICIES_DIR)"))
    .addOption(new Option("--models <folder>", "models (VERDICT_MODELS_DIR)"));
}

/** Where data is kept: for every command that runs an engine. */
export function withEngineOptions(command: Command): Command {
  return withDocumentOptions(command)
    .addOption(new Option("--data <folder>", "the embedded store (VERDICT_DATA_DIR)"))
    .addOption(new Option("--log-level <level>", "fatal … trace, silent (VERDICT_LOG_LEVEL)"));
}

/** File and environment with a command's flags over them. */
export function configOf(command: Command, rest: ConfigFlags = {}): Config {
  const { grpc, http, data, policies, models, logLevel, timings } = command.opts<Flags>();
  return loadConfig({
    grpcAddress: grpc,
    httpAddress: http,
    dataDir: data,
    policiesDir: policies,
    modelsDir: models,
    logLevel,
    timingsFile: timings,
    ...rest,
  });
}
