import type { DocumentPath } from "../../documents/report.ts";
import type { ConditionDocument, LeafDocument } from "../policy-schema.ts";
import { clashOf } from "./clash.ts";
import type { LintCall } from "./lint-call.ts";

/** Holds every comparison, where it is written, against the type of its feature. */
export function checkTypes({ document, features, find }: LintCall): void {
  const check = (condition: ConditionDocument, path: DocumentPath, rule?: string) => {
    for (const [leaf, at] of writtenLeaves(condition, path)) {
      const clash = clashOf(leaf, features);
      if (clash !== undefined) find(clash.code, [...at, clash.at], clash.message, clash.fix, rule);
      if (leaf.path !== undefined)
        find(
          "path-ignored",
          [...at, "path"],
          `${leaf.fact} is a single value: the path leads nowhere`,
          "remove it",
          rule,
        );
    }
  };
  if (document.gate !== undefined) check(document.gate.conditions, ["gate", "conditions"]);
  for (const [name, shared] of Object.entries(document.conditions ?? {})) check(shared, ["conditions", name]);
  for (const [at, { name, mode, conditions }] of document.rules.entries())
    if (mode !== "off") check(conditions, ["rules", at, "conditions"], name);
}

/** Every comparison with its place; shared conditions are looked at where they are declared. */
function* writtenLeaves(condition: ConditionDocument, path: DocumentPath): Generator<[LeafDocument, DocumentPath]> {
  if ("all" in condition)
    for (const [at, child] of condition.all.entries()) yield* writtenLeaves(child, [...path, "all", at]);
  else if ("any" in condition)
    for (const [at, child] of condition.any.entries()) yield* writtenLeaves(child, [...path, "any", at]);
  else if ("not" in condition) yield* writtenLeaves(condition.not, [...path, "not"]);
  else if ("fact" in condition) yield [condition, path];
}
