import { diffPolicies, isSame, type PolicyDiff } from "../policy/diff/diff-policies.ts";
import type { WrittenPolicy } from "../policy/explain-document.ts";

/** One policy compared, or one that is on one side only. */
export type Compared =
  | { readonly policy: string; readonly status: "changed" | "same"; readonly diff: PolicyDiff }
  | { readonly policy: string; readonly status: "added" | "removed" };

/** Compares folders of policies by id. */
export function compareFolders(
  before: ReadonlyMap<string, WrittenPolicy>,
  after: ReadonlyMap<string, WrittenPolicy>,
): readonly Compared[] {
  const names = [...new Set([...before.keys(), ...after.keys()])].sort();
  return names.map((policy): Compared => {
    const [old, now] = [before.get(policy), after.get(policy)];
    if (old !== undefined && now !== undefined) return comparePolicies(old, now);
    return { policy, status: old === undefined ? "added" : "removed" };
  });
}

/** Compares two policies, whatever their ids. */
export function comparePolicies(before: WrittenPolicy, after: WrittenPolicy): Compared {
  const diff = diffPolicies(before, after);
  return { policy: after.document.id, status: isSame(diff) ? "same" : "changed", diff };
}
