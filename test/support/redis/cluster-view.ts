import { isDeepStrictEqual } from "node:util";
import type { Redis } from "ioredis";
import type { Address } from "../faults/proxy.ts";
import { until } from "../until.ts";

/** One process of a cluster, with a client of its own for questions about the cluster. */
export interface Member extends Address {
  isUp(): boolean;
  readonly admin: Redis;
}

/** Who holds a range of slots. */
export interface Shard {
  readonly first: number;
  readonly last: number;
  readonly master: Address;
  readonly replicas: readonly Address[];
}

type Row = [first: number, last: number, ...nodes: [host: string, port: number, id: string][]];

/** The cluster as one node sees it. */
async function shardsSeenBy(admin: Redis): Promise<readonly Shard[]> {
  const rows = (await admin.call("CLUSTER", "SLOTS")) as Row[];
  const ordered = rows.sort(([one], [other]) => one - other);
  return ordered.map(([first, last, ...nodes]) => {
    const [master, ...replicas] = nodes.map(([host, port]): Address => ({ host, port }));
    return { first, last, master: master!, replicas: replicas.sort((a, b) => a.port - b.port) };
  });
}

/** The shard of a key, as the first member that answers sees it; asks until one does. */
export async function shardOf(members: readonly Member[], key: string): Promise<Shard> {
  let shard: Shard | undefined;
  await until(async () => {
    const answers = members.map(async ({ admin }) => {
      const slot = await admin.cluster("KEYSLOT", key);
      return (await shardsSeenBy(admin)).find(({ first, last }) => first <= slot && slot <= last)!;
    });
    shard = await Promise.any(answers).catch(() => undefined);
    return shard !== undefined;
  });
  return shard!;
}

/**
 * Whether all members that are up see one and the same whole cluster, in which all of them take part, all masters are up
 * and all replicas have copied their master.
 */
export async function inStep(members: readonly Member[]): Promise<boolean> {
  const up = members.filter((member) => member.isUp());
  const looks = await Promise.all(up.map((member) => look(member).catch(() => undefined)));
  const shards = looks[0]?.shards ?? [];
  const masters = shards.map(({ master }) => master.port);
  const all = shards.flatMap(({ master, replicas }) => [master, ...replicas]).map(({ port }) => port);
  const ports = up.map(({ port }) => port);
  return (
    looks.every((each) => each?.healthy && isDeepStrictEqual(each.shards, shards)) &&
    masters.every((port) => ports.includes(port)) &&
    ports.every((port) => all.includes(port))
  );
}

interface Look {
  readonly healthy: boolean;
  readonly shards: readonly Shard[];
}

async function look({ admin }: Member): Promise<Look> {
  const [state, replication, shards] = await Promise.all([
    admin.cluster("INFO"),
    admin.info("replication"),
    shardsSeenBy(admin),
  ]);
  const copied = replication.includes("role:master") || replication.includes("master_link_status:up");
  return { healthy: `${state}`.includes("cluster_state:ok") && copied, shards };
}
