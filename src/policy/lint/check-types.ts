import { clashOf } from "./clash.ts";
import type { LintCall } from "./lint-call.ts";
import { writtenLeaves } from "./written-leaves.ts";

/** Holds every comparison, where it is written, against the type of its feature. */
export function checkTypes({ document, features, find }: LintCall): void {
  for (const { leaf, path, rule, off } of writtenLeaves(document)) {
    if (off) continue;
    const clash = clashOf(leaf, features);
    if (clash !== undefined) find(clash.code, [...path, clash.at], clash.message, clash.fix, rule);
    if (leaf.path !== undefined)
      find(
        "path-ignored",
        [...path, "path"],
        `${leaf.fact} is a single value: the path leads nowhere`,
        "remove it",
        rule,
      );
  }
}
