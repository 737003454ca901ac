import type { WrittenPolicy } from "../explain-document.ts";
import { explainRule, type WrittenRule } from "../explain-rule.ts";
import { type Change, changesBetween } from "./change.ts";
import { ruleAspects } from "./rule-aspects.ts";
import { settingAspects } from "./setting-aspects.ts";

/** A rule that is in one of two policies only. */
interface RuleSentence {
  readonly name: string;
  readonly sentence: string;
}

/** What differs between two policies in what they mean: not in order, layout or labels. */
export interface PolicyDiff {
  /** Gate, models, bands, thresholds, reasons, default, and the like. */
  readonly settings: readonly Change[];
  readonly added: readonly RuleSentence[];
  readonly removed: readonly RuleSentence[];
  readonly changed: readonly { readonly name: string; readonly changes: readonly Change[] }[];
}

/** Compares two policies, rules by their names. */
export function diffPolicies(before: WrittenPolicy, after: WrittenPolicy): PolicyDiff {
  const [old, now] = [rulesByName(before), rulesByName(after)];
  return {
    settings: changesBetween(settingAspects(before), settingAspects(after)),
    added: [...now.values()].filter(({ name }) => !old.has(name)).map(sentenceOf),
    removed: [...old.values()].filter(({ name }) => !now.has(name)).map(sentenceOf),
    changed: [...old.values()].flatMap((rule) => {
      const other = now.get(rule.name);
      const changes = other === undefined ? [] : changesBetween(ruleAspects(rule), ruleAspects(other));
      return changes.length === 0 ? [] : [{ name: rule.name, changes }];
    }),
  };
}

/** Whether two policies mean the same. */
export function isSame({ settings, added, removed, changed }: PolicyDiff): boolean {
  return [settings, added, removed, changed].every(({ length }) => length === 0);
}

function rulesByName({ rules }: WrittenPolicy): ReadonlyMap<string, WrittenRule> {
  return new Map(rules.map((rule) => [rule.name, rule]));
}

function sentenceOf(rule: WrittenRule): RuleSentence {
  return { name: rule.name, sentence: explainRule(rule) };
}
