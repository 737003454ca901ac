import type { FeatureType } from "../../domain/feature.ts";
import { leaves } from "../condition.ts";
import type { Policy } from "../policy.ts";

/** What a lint needs to know of a feature. */
export interface LintFeature {
  readonly type: FeatureType;
  /** `always`: comes with every event. `defaulted`: something stands in for a missing value. Else it `may-miss`. */
  readonly presence: "always" | "defaulted" | "may-miss";
  /** No value is less; undefined: not known. */
  readonly minimum: number | undefined;
  /** Whether it is the time of the event itself, which is never long ago. */
  readonly isEventTime: boolean;
  /** What must answer for it to be there: names of sources and scores, and `list NAME`. */
  readonly sources: readonly string[];
}

/** The catalogue's features and the policy's scores. */
export function withScores(
  features: ReadonlyMap<string, LintFeature>,
  { scores }: Policy,
): ReadonlyMap<string, LintFeature> {
  const score = (name: string): LintFeature => ({
    type: "double",
    presence: "may-miss",
    minimum: undefined,
    isEventTime: false,
    sources: [name],
  });
  return new Map([...features, ...scores.map(({ feature }) => [feature, score(feature)] as const)]);
}

/** Those, and what the policy asks of lists that have to be fetched. */
export function withMemberships(
  features: ReadonlyMap<string, LintFeature>,
  { rules }: Policy,
): ReadonlyMap<string, LintFeature> {
  const asked = rules.flatMap(({ conditions }) => [...leaves(conditions)]);
  const member = (list: unknown): LintFeature => ({
    type: "boolean",
    presence: "may-miss",
    minimum: undefined,
    isEventTime: false,
    sources: [`list ${list}`],
  });
  const memberships = asked.flatMap(({ membership, value }) =>
    membership === undefined ? [] : [[membership, member(value)] as const],
  );
  return new Map([...features, ...memberships]);
}
