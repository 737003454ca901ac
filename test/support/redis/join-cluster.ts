import { until } from "../until.ts";
import type { Member } from "./cluster-view.ts";

const slots = 16_384;

/** Makes one cluster of empty members: the first so many share the slots, the others copy these in turn. */
export async function joinCluster(members: readonly Member[], masters: number): Promise<void> {
  const ids = await Promise.all(members.map(async ({ admin }) => `${await admin.call("CLUSTER", "MYID")}`));
  const slotsOf = (master: number) => {
    const [from, to] = [master, master + 1].map((each) => Math.round((each * slots) / masters));
    // Not ADDSLOTSRANGE: Redis 6.2 lacks it.
    return Array.from({ length: to! - from! }, (_, at) => from! + at);
  };
  await Promise.all(
    members.map(async ({ admin }, index) => {
      // With epochs of their own they need not settle who is right by collisions.
      await admin.call("CLUSTER", "SET-CONFIG-EPOCH", index + 1);
      if (index < masters) await admin.call("CLUSTER", "ADDSLOTS", ...slotsOf(index));
    }),
  );
  const [first, ...others] = members;
  for (const { host, port } of others) await first!.admin.call("CLUSTER", "MEET", host, port);
  const knowsAll = async ({ admin }: Member) => {
    const known = `${await admin.call("CLUSTER", "NODES")}`;
    return ids.every((id) => known.includes(id)) && !known.includes("handshake");
  };
  await until(async () => (await Promise.all(members.map(knowsAll))).every(Boolean));
  await Promise.all(
    members.slice(masters).map(({ admin }, index) => admin.call("CLUSTER", "REPLICATE", ids[index % masters]!)),
  );
}
