import type { Policy } from "../policy.ts";
import type { Find } from "./findings.ts";
import { passesGate } from "./goals.ts";
import type { LintFeature } from "./lint-feature.ts";
import { type Goal, possible } from "./possible.ts";
import { whyNever } from "./why-never.ts";

/**
 * Finds gates that let nothing or everything pass.
 * @returns what holds for every event that rules see. Behind a gate that is closed they are looked at as if there were
 * none: it is the gate that is to be mended.
 */
export function checkGate({ gate }: Policy, features: ReadonlyMap<string, LintFeature>, find: Find): readonly Goal[] {
  if (gate === undefined) return [];
  const condition = gate.conditions;
  const passing = passesGate(condition);
  const path = ["gate", "conditions"];
  if (possible([passing], features) === "no") {
    find(
      "gate-never-passes",
      path,
      `no event passes the gate: ${whyNever(condition, features)}`,
      "mend its conditions",
    );
    return [];
  }
  if (possible([{ condition, negated: true, leniently: false }], features) === "no")
    find("gate-always-passes", path, "every event passes the gate", "mend its conditions, or remove the gate");
  return [passing];
}
