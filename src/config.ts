import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { fileURLToPath } from "node:url";
import Type, { type Static } from "typebox";
import { parseDocument } from "./documents/document.ts";
import { DocumentError, type Problem } from "./documents/problem.ts";
import { logLevels } from "./observe/logger.ts";
import { ConnectionSchema } from "./sources/redis/connection-entry.ts";

const Address = Type.String({
  pattern: "^[^\\s:]+:[0-9]{1,5}$",
  description: "host:port; port 0 takes a free one",
  examples: ["127.0.0.1:50051"],
});
const Folder = Type.String({ minLength: 1, description: "a folder" });

/** The shape of `verdict.json`; every part may be left out. */
const ConfigSchema = Type.Object(
  {
    $schema: Type.Optional(Type.String()),
    grpcAddress: Type.Optional(Address),
    httpAddress: Type.Optional(Address),
    dataDir: Type.Optional(Folder),
    policiesDir: Type.Optional(Folder),
    modelsDir: Type.Optional(Folder),
    logLevel: Type.Optional(Type.Enum([...logLevels], { description: `one of ${logLevels.join(", ")}` })),
    evaluator: Type.Optional(
      Type.Enum(["compiled", "reference"], {
        description: '"compiled" (the default) or "reference" (the real json-rules-engine)',
      }),
    ),
    aggregates: Type.Optional(
      Type.Enum(["embedded", "redis"], {
        description: '"embedded" (the default: in dataDir, for the engines of one host) or "redis" (for several hosts)',
      }),
    ),
    /** As a `redis` source of the catalogue names its servers. */
    aggregatesConnection: Type.Optional({ ...ConnectionSchema, secret: true }),
    otlpEndpoint: Type.Optional(
      Type.String({
        pattern: "^https?://",
        secret: true,
        description: "the base URL of an OTLP receiver over HTTP",
        examples: ["http://127.0.0.1:4318"],
      }),
    ),
    traceOneIn: Type.Optional(
      Type.Integer({ minimum: 1, description: "of ordinary decisions, the trace of one in so many is kept" }),
    ),
    timingsFile: Type.Optional(
      Type.String({
        minLength: 1,
        description: "a file that a line for each decision is appended to: what its time went into",
      }),
    ),
    traceMaxPerSecond: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 100_000,
        description: "how many traces a second are kept at most, besides those that callers keep",
      }),
    ),
    maxInFlight: Type.Optional(Type.Integer({ minimum: 1, description: "calls decided at the same time" })),
    reloadMs: Type.Optional(
      Type.Integer({
        minimum: 50,
        maximum: 600_000,
        description: "how often policies and models are looked at for changes, in milliseconds",
      }),
    ),
    drainMs: Type.Optional(
      Type.Integer({
        minimum: 0,
        maximum: 600_000,
        description: "how long running calls may take to finish on a stop, in milliseconds",
      }),
    ),
  },
  { additionalProperties: false, description: "the engine's configuration" },
);

type ConfigFile = Static<typeof ConfigSchema>;

/** Everything that can be set, with nothing left open but whether traces are sent and timings are written. */
export type Config = Readonly<
  Required<Omit<ConfigFile, "$schema" | "otlpEndpoint" | "timingsFile">> &
    Pick<ConfigFile, "otlpEndpoint" | "timingsFile"> & {
      /** The whole environment: sources may name variables of it. Never logged. */
      readonly variables: Readonly<Record<string, string | undefined>>;
    }
>;

/** Values given on the command line; they win over the environment, which wins over the file. */
export type ConfigFlags = { readonly [Name in Setting]?: Config[Name] | undefined };

type Setting = Exclude<keyof Config, "variables">;

/** The checkout: where policies and models lie unless told otherwise. */
const home = fileURLToPath(new URL("..", import.meta.url));

const defaults: Omit<Config, "variables"> = {
  grpcAddress: "127.0.0.1:50051",
  httpAddress: "127.0.0.1:8080",
  dataDir: path.join(home, "data"),
  policiesDir: path.join(home, "policies"),
  modelsDir: path.join(home, "models"),
  logLevel: "info",
  evaluator: "compiled",
  aggregates: "embedded",
  aggregatesConnection: "redis://127.0.0.1:6379",
  traceOneIn: 1,
  traceMaxPerSecond: 200,
  maxInFlight: 1000,
  reloadMs: 500,
  drainMs: 10_000,
};

const variables: { readonly [Name in Setting]-?: string } = {
  grpcAddress: "VERDICT_GRPC_ADDRESS",
  httpAddress: "VERDICT_HTTP_ADDRESS",
  dataDir: "VERDICT_DATA_DIR",
  policiesDir: "VERDICT_POLICIES_DIR",
  modelsDir: "VERDICT_MODELS_DIR",
  logLevel: "VERDICT_LOG_LEVEL",
  evaluator: "VERDICT_EVALUATOR",
  aggregates: "VERDICT_AGGREGATES",
  aggregatesConnection: "VERDICT_AGGREGATES_CONNECTION",
  otlpEndpoint: "OTEL_EXPORTER_OTLP_ENDPOINT",
  traceOneIn: "VERDICT_TRACE_ONE_IN",
  timingsFile: "VERDICT_TIMINGS_FILE",
  traceMaxPerSecond: "VERDICT_TRACE_MAX_PER_SECOND",
  maxInFlight: "VERDICT_MAX_IN_FLIGHT",
  reloadMs: "VERDICT_RELOAD_MS",
  drainMs: "VERDICT_DRAIN_MS",
};

/** For messages; what has no flag is only set in code. */
const flagNames: { readonly [Name in Setting]?: string } = {
  grpcAddress: "--grpc",
  httpAddress: "--http",
  dataDir: "--data",
  policiesDir: "--policies",
  modelsDir: "--models",
  logLevel: "--log-level",
  timingsFile: "--timings",
};

/**
 * The configuration: `verdict.json` < environment < flags. The only reader of the environment.
 * @throws {DocumentError} naming every wrong value and where it was set.
 */
export function loadConfig(flags: ConfigFlags = {}, environment: NodeJS.ProcessEnv = process.env): Config {
  const problems: Problem[] = [];
  const file = environment.VERDICT_CONFIG ?? "verdict.json";
  const fromFile = readConfigFile(file, environment.VERDICT_CONFIG !== undefined, problems);
  const fromEnvironment = readEnvironment(environment, problems);
  const fromFlags = checkSettings("the command line", flags, flagNames, problems);
  if (problems.length > 0) throw new DocumentError(problems);
  return Object.freeze({ ...defaults, ...fromFile, ...fromEnvironment, ...fromFlags, variables: { ...environment } });
}

function readConfigFile(file: string, demanded: boolean, problems: Problem[]): ConfigFile {
  if (!existsSync(file)) {
    if (demanded)
      problems.push({
        file,
        line: 0,
        column: 0,
        path: "$",
        message: "the file named by VERDICT_CONFIG does not exist",
        fix: "correct the name, or unset VERDICT_CONFIG",
      });
    return {};
  }
  const { $schema, ...config } = parseDocument(file, readFileSync(file, "utf8"), ConfigSchema, problems)?.value ?? {};
  return config;
}

function readEnvironment(environment: NodeJS.ProcessEnv, problems: Problem[]): ConfigFile {
  const given = Object.entries(variables).flatMap(([name, variable]) => {
    const text = environment[variable];
    if (text === undefined || text === "") return [];
    const numeric =
      (ConfigSchema.properties as Record<string, { type?: string }>)[name]?.type === "integer" && /^\d+$/.test(text);
    return [[name, numeric ? Number(text) : objectOr(text, variable, problems)] as const];
  });
  return checkSettings("the environment", Object.fromEntries(given), variables, problems);
}

/** What begins with a brace is JSON: no setting that is a text does. */
function objectOr(text: string, variable: string, problems: Problem[]): unknown {
  if (!text.startsWith("{")) return text;
  try {
    return JSON.parse(text);
  } catch {
    const fix = `write an object in JSON, such as {"nodes": ["127.0.0.1:6379"]}`;
    problems.push({
      file: "the environment",
      line: 0,
      column: 0,
      path: variable,
      message: "begins with { but is no JSON",
      fix,
    });
    return undefined;
  }
}

/** Each setting is checked as the property of a document would be, so that all places give the same errors. */
function checkSettings(
  where: string,
  settings: object,
  names: Readonly<Record<string, string>>,
  problems: Problem[],
): ConfigFile {
  const found: Problem[] = [];
  const document = parseDocument(where, JSON.stringify(settings), ConfigSchema, found);
  for (const problem of found) {
    const [name = "", ...within] = problem.path.slice(2).split(".");
    const path = names[name] === undefined ? problem.path : [names[name], ...within].join(".");
    problems.push({ ...problem, line: 0, column: 0, path });
  }
  return document?.value ?? {};
}
