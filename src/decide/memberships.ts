import type { FeatureSource } from "../domain/source.ts";
import type { SourceFeature } from "../domain/source-kind.ts";
import type { Catalogue } from "../features/catalogue.ts";
import type { MembershipNode } from "../features/plan.ts";
import { leaves } from "../policy/condition.ts";
import type { Policy } from "../policy/policy.ts";

interface FetchedLists {
  readonly catalogue: Pick<Catalogue, "lists">;
  /** By name. */
  readonly lists: ReadonlyMap<string, FeatureSource>;
}

/** The one feature of a list. */
const isMember: SourceFeature = { path: "$", type: "boolean" };

/** What a policy asks of lists that have to be fetched: each feature and list once, however many conditions ask. */
export function membershipNodes(
  { gate, rules }: Policy,
  { catalogue, lists }: FetchedLists,
): readonly MembershipNode[] {
  const nodes = new Map<string, MembershipNode>();
  const conditions = [...(gate === undefined ? [] : [gate]), ...rules].map((each) => each.conditions);
  for (const leaf of conditions.flatMap((condition) => [...leaves(condition)])) {
    const { membership, fact: input, value } = leaf;
    if (membership === undefined || nodes.has(membership)) continue;
    const list = String(value);
    const { kind: sourceKind, timeoutMs } = catalogue.lists.get(list)!;
    const source = lists.get(list);
    if (source === undefined) throw new Error(`list ${list} was not opened`);
    const output = { name: membership, type: "boolean", standIn: undefined } as const;
    nodes.set(membership, { output, list, input, sourceKind, timeoutMs, fetch: source.prepare([isMember]) });
  }
  return [...nodes.values()];
}
