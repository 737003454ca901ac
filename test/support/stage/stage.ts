import type { Config } from "../../../src/config.ts";
import type { CleanUp } from "../clean-up.ts";
import { type RunningEngine, startEngine } from "../engine.ts";
import { startProxy, type Proxy as TcpProxy } from "../faults/proxy.ts";
import { type RunningServer, startServerProcess } from "../faults/server-process.ts";
import { type RedisServer, startRedis } from "../redis/server.ts";
import { breakNetwork } from "./break-network.ts";
import { breakStore } from "./break-store.ts";
import { breakTable, loadPeople } from "./break-table.ts";
import { writeStageDocuments } from "./documents.ts";
import { amountOf, isListed, isWrong, numberOf, riskOf, type Source } from "./people.ts";
import { fillAggregates, fillList, fillStore, flipList } from "./redis-content.ts";
import type { Target } from "./target.ts";

/** A real engine with a source of every kind, each on a server of its own behind a proxy of its own. */
export interface Stage {
  readonly engine: RunningEngine;
  /** By name. */
  readonly targets: ReadonlyMap<string, Target>;
  readonly proxies: readonly TcpProxy[];
}

export const targetNames = [
  "redis",
  "redis list",
  "http",
  "grpc",
  "remote model",
  "table",
  "aggregates, embedded",
] as const;
/** Of a stage whose aggregates are kept on Redis. */
export const sharedTargetNames = ["aggregates on redis"] as const;

interface Line<Server> {
  readonly server: Server;
  readonly proxy: TcpProxy;
}

/** @param aggregates where they are kept. */
export async function openStage(clean: CleanUp, aggregates: Config["aggregates"] = "embedded"): Promise<Stage> {
  const behindProxy = async <Server extends RedisServer | RunningServer>(
    starting: Promise<Server>,
  ): Promise<Line<Server>> => {
    const server = await starting;
    return { server, proxy: await startProxy(clean, { to: server }) };
  };
  const program = (name: string) => behindProxy(startServerProcess(clean, new URL(name, import.meta.url)));
  const [redis, list, shared, http, grpc, model] = await Promise.all([
    behindProxy(startRedis(clean)),
    behindProxy(startRedis(clean)),
    behindProxy(startRedis(clean)),
    program("http-process.ts"),
    program("grpc-process.ts"),
    program("model-process.ts"),
  ]);
  const dataDir = await clean.folder();
  const folders = await writeStageDocuments(clean, {
    redis: redis.proxy.address,
    list: list.proxy.address,
    http: http.proxy.address,
    grpc: grpc.proxy.address,
    model: model.proxy.address,
  });
  await fillStore(redis.server);
  await fillList(list.server);
  await loadPeople(clean, dataDir);
  const aggregatesConnection = `redis://${shared.proxy.address}`;
  const engine = await startEngine(clean, { ...folders, dataDir, aggregates, aggregatesConnection });

  const isRisk = (by: Source) => (value: unknown, person: string) => !isWrong(person, by) && value === riskOf(person);
  const isNumber = (by: Source) => (value: unknown, person: string) =>
    !isWrong(person, by) && value === numberOf(person);
  // How often exactly a person was decided about is not known here while decisions run side by side.
  const isCount = (value: unknown, person: string) =>
    !isWrong(person, "aggregates") && Number.isInteger(value) && (value as number) >= 1;
  const targets: readonly Target[] = [
    {
      name: "redis",
      feature: "store_number",
      isRight: isNumber("redis"),
      breaks: breakNetwork({ ...redis, fill: () => fillStore(redis.server), half: "redis" }),
    },
    {
      name: "redis list",
      feature: "person in vips",
      isRight: (value, person) => value === isListed(person),
      breaks: breakNetwork({ ...list, fill: () => fillList(list.server), half: flipList(list.server) }),
    },
    { name: "http", feature: "device_risk", isRight: isRisk("http"), breaks: breakNetwork({ ...http, half: "http" }) },
    { name: "grpc", feature: "issuer_risk", isRight: isRisk("grpc"), breaks: breakNetwork({ ...grpc, half: "grpc" }) },
    {
      name: "remote model",
      feature: "score",
      isRight: (value, person) => !isWrong(person, "model") && value === amountOf(person) / 1000,
      breaks: breakNetwork({ ...model, half: "model" }),
    },
    { name: "table", feature: "table_number", isRight: isNumber("table"), breaks: breakTable(clean, dataDir) },
    aggregates === "embedded"
      ? {
          name: "aggregates, embedded",
          feature: "spend_count",
          isRight: isCount,
          breaks: breakStore(clean, dataDir),
        }
      : {
          name: "aggregates on redis",
          feature: "spend_count",
          isRight: isCount,
          breaks: breakNetwork({
            ...shared,
            half: { half: "aggregates", begin: () => fillAggregates(shared.server), end: async () => {} },
          }),
        },
  ];
  return {
    engine,
    targets: new Map(targets.map((target) => [target.name, target])),
    proxies: [redis, list, shared, http, grpc, model].map(({ proxy }) => proxy),
  };
}
