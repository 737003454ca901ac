import { parseDocument } from "../documents/document.ts";
import type { DocumentPath } from "../documents/report.ts";
import type { Band } from "./policy.ts";
import { type ConditionDocument, PolicySchema } from "./policy-schema.ts";

/** Where the parts of a policy stand in its document; lines from 1. */
export interface Places {
  readonly gate: PartPlace | undefined;
  /** By the rule's name. */
  readonly rules: ReadonlyMap<string, PartPlace>;
  /** @param feature the score whose band it is; undefined for a threshold of the points. */
  bandLine(feature: string | undefined, band: Band): number | undefined;
}

/** A gate or a rule. */
interface PartPlace {
  readonly line: number;
  /** In the order of `leaves` of the loaded condition. */
  readonly comparisons: readonly ComparisonPlace[];
}

/** Where a gate or rule has a comparison: for one of a shared condition, where that condition is used. */
export interface ComparisonPlace {
  readonly line: number;
  /** The shared condition in which the comparison is written. */
  readonly shared: string | undefined;
}

/** @returns undefined if the text is no policy (any more). */
export function placesIn(file: string, text: string): Places | undefined {
  const document = parseDocument(file, text, PolicySchema, []);
  if (document === undefined) return undefined;
  const { value, lineOf } = document;
  const { gate, rules, conditions = {} } = value;
  const placeOf = (condition: ConditionDocument, path: DocumentPath): PartPlace => ({
    line: lineOf(path),
    comparisons: [...comparisons(condition, [...path, "conditions"], conditions)].map(({ path, shared }) => ({
      line: lineOf(path),
      shared,
    })),
  });
  return {
    gate: gate && placeOf(gate.conditions, ["gate"]),
    rules: new Map(rules.map((rule, at) => [rule.name, placeOf(rule.conditions, ["rules", at])])),
    bandLine(feature, { gte, outcome }) {
      const [bands = [], path] =
        feature === undefined
          ? ([value.points, ["points"]] as const)
          : ([value.models?.[feature]?.bands, ["models", feature, "bands"]] as const);
      const at = bands.findIndex((band) => band.gte === gte && band.outcome === outcome);
      return at < 0 ? undefined : lineOf([...path, at]);
    },
  };
}

type Shared = Readonly<Record<string, ConditionDocument>>;

/** Every comparison, shared conditions put in place; a comparison of those stands where the outermost is used. */
function* comparisons(
  condition: ConditionDocument,
  path: DocumentPath,
  shared: Shared,
): Generator<{ readonly path: DocumentPath; readonly shared: string | undefined }> {
  if ("all" in condition)
    for (const [at, child] of condition.all.entries()) yield* comparisons(child, [...path, "all", at], shared);
  else if ("any" in condition)
    for (const [at, child] of condition.any.entries()) yield* comparisons(child, [...path, "any", at], shared);
  else if ("not" in condition) yield* comparisons(condition.not, [...path, "not"], shared);
  else if ("condition" in condition) {
    const name = condition.condition;
    const used = Object.hasOwn(shared, name) ? shared[name] : undefined;
    // What is written in a shared condition that this one uses is told by that one's name.
    if (used !== undefined)
      for (const inner of comparisons(used, path, shared)) yield { path, shared: inner.shared ?? name };
  } else yield { path, shared: undefined };
}
