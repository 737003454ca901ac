import type { Cluster } from "ioredis";
import type { CleanUp } from "../clean-up.ts";
import type { Address } from "../faults/proxy.ts";
import { until } from "../until.ts";
import { type ClientOptions, type ClusterClientOptions, clusterClient } from "./client.ts";
import { inStep, type Member, shardOf } from "./cluster-view.ts";
import { joinCluster } from "./join-cluster.ts";
import { type RedisServer, startRedis } from "./server.ts";

export interface StartClusterOptions {
  readonly masters?: number;
  /** Shared out among the masters in turn. */
  readonly replicas?: number;
  /** After this long without an answer a node counts as down; the vote takes about as long again. */
  readonly nodeTimeoutMs?: number;
  /** Further settings of every node, as in redis.conf. */
  readonly settings?: Readonly<Record<string, string>>;
}

export interface RedisCluster {
  readonly nodes: readonly RedisServer[];
  /** Where a client may start. */
  readonly addresses: readonly Address[];
  /** Another client; closed with the test. */
  client(options?: ClusterClientOptions): Cluster;
  /** The node that serves a key now, as the first node that answers sees it. */
  masterOf(key: string): Promise<RedisServer>;
  /** The replicas of that node. */
  replicasOf(key: string): Promise<readonly RedisServer[]>;
  /** Resolves when all nodes that are up see one whole cluster, its masters are up and its replicas in step. */
  settled(): Promise<void>;
}

/** The bus of a cluster's node listens this much above its port. */
const busOffset = 10_000;
/** A frozen node must not hold up a question to the others. */
const askTimeoutMs = 1000;

/** Starts a real Redis Cluster, one process a node; resolves when it is whole and the replicas are in step. */
export async function startRedisCluster(
  clean: CleanUp,
  { masters = 3, replicas = 3, nodeTimeoutMs = 1000, settings = {} }: StartClusterOptions = {},
): Promise<RedisCluster> {
  const all = {
    "cluster-enabled": "yes",
    "cluster-config-file": "nodes.conf",
    "cluster-node-timeout": String(nodeTimeoutMs),
    // A replica may take over however long its master is gone.
    "cluster-replica-validity-factor": "0",
    ...settings,
  };
  const nodes = await Promise.all(
    Array.from({ length: masters + replicas }, () => startRedis(clean, { settings: all, alsoFree: [busOffset] })),
  );
  const membersWith = (options: ClientOptions): readonly Member[] =>
    nodes.map((node) => ({ ...node, admin: node.client(options) }));
  await joinCluster(membersWith({}), masters);
  const members = membersWith({ commandTimeout: askTimeoutMs, maxRetriesPerRequest: 0 });
  const nodeAt = ({ port }: Address) => nodes.find((node) => node.port === port)!;
  const settled = () => until(() => inStep(members));
  await settled();
  const addresses = nodes.map(({ host, port }) => ({ host, port }));
  return {
    nodes,
    addresses,
    client: (options) => clusterClient(clean, addresses, options),
    masterOf: async (key) => nodeAt((await shardOf(members, key)).master),
    replicasOf: async (key) => (await shardOf(members, key)).replicas.map(nodeAt),
    settled,
  };
}
