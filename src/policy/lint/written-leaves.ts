import type { DocumentPath } from "../../documents/report.ts";
import type { ConditionDocument, LeafDocument, PolicyDocument } from "../policy-schema.ts";

/** A comparison where it is written. */
export interface WrittenLeaf {
  readonly leaf: LeafDocument;
  readonly path: DocumentPath;
  /** The rule it stands in; undefined in the gate and in shared conditions. */
  readonly rule: string | undefined;
  /** Whether its rule is off. */
  readonly off: boolean;
  /** Whether an odd number of `not` stand around it. */
  readonly negated: boolean;
}

/** Every comparison of a policy, once: shared conditions are looked at where they are declared. */
export function* writtenLeaves({ gate, conditions, rules }: PolicyDocument): Generator<WrittenLeaf> {
  const unnamed = { rule: undefined, off: false, negated: false };
  if (gate !== undefined) yield* leavesIn(gate.conditions, { ...unnamed, path: ["gate", "conditions"] });
  for (const [name, shared] of Object.entries(conditions ?? {}))
    yield* leavesIn(shared, { ...unnamed, path: ["conditions", name] });
  for (const [at, { name, mode, conditions: own }] of rules.entries())
    yield* leavesIn(own, { rule: name, off: mode === "off", negated: false, path: ["rules", at, "conditions"] });
}

function* leavesIn(condition: ConditionDocument, place: Omit<WrittenLeaf, "leaf">): Generator<WrittenLeaf> {
  const { path } = place;
  if ("all" in condition)
    for (const [at, child] of condition.all.entries()) yield* leavesIn(child, { ...place, path: [...path, "all", at] });
  else if ("any" in condition)
    for (const [at, child] of condition.any.entries()) yield* leavesIn(child, { ...place, path: [...path, "any", at] });
  else if ("not" in condition)
    yield* leavesIn(condition.not, { ...place, path: [...path, "not"], negated: !place.negated });
  else if ("fact" in condition) yield { ...place, leaf: condition };
}
