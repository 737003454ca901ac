import { readFileSync } from "node:fs";
import { lintCatalogue, withAllBehind } from "../../../../src/cli/policy-lint-catalogue.ts";
import { lintFeatures } from "../../../../src/cli/policy-lint-features.ts";
import { lintLists } from "../../../../src/cli/policy-lint-lists.ts";
import { renderFindings } from "../../../../src/cli/policy-lint-render.ts";
import { sourceKinds } from "../../../../src/compose.ts";
import { formatProblem, type Problem } from "../../../../src/documents/problem.ts";
import type { FeatureType } from "../../../../src/domain/feature.ts";
import { loadCatalogue } from "../../../../src/features/load-catalogue.ts";
import type { Finding } from "../../../../src/policy/lint/finding.ts";
import { lintPolicy } from "../../../../src/policy/lint/lint-policy.ts";
import { mentionsIn } from "../../../../src/policy/lint/mentions.ts";
import { loadPolicy } from "../../../../src/policy/load-policy.ts";
import { today } from "./lint.ts";

/** One finding, or one thing that does not load, as the page tells of it. */
interface Section {
  readonly code: string;
  /** Whether it stands under "What does not load". */
  readonly loads: boolean;
  readonly bad: string;
  /** What is said of the bad example. */
  readonly said: string;
  readonly mended: string;
}

/** What is said of an example: findings, or problems if it does not load. */
interface Answer {
  readonly text: string;
  readonly findings: readonly Finding[];
  readonly problems: readonly Problem[];
}

interface PolicyExample {
  readonly rules?: readonly object[];
}

const page = readFileSync(new URL("../../../../policies/LINT.md", import.meta.url), "utf8");
const [catalogueText, policyText] = blocksOf(partOf("## The examples", "\n## "), "json") as [string, string];
const lists = [{ name: "blocked_cards", file: "lists/blocked_cards.txt" }];
const hazards = page.indexOf("\n## What does not load\n");

/** Every section with an example, in the page's order. */
export const sections: readonly Section[] = [...page.matchAll(/^### `(.+)`$/gm)].map(({ 1: code, index }) => {
  const text = partOf(`### \`${code}\`\n`, "\n##");
  const [bad = "", mended = ""] = blocksOf(text, "json");
  return { code: code!, loads: index < hazards, bad, said: blocksOf(text, "text").join(""), mended };
});

/** What the lint says of an example: a part of the page's policy, or for some codes a catalogue. */
export function answerTo(code: string, example: string): Answer {
  const isCatalogue = code === "unused-feature" || code === "unused-source";
  const policyOf = (part: PolicyExample) => {
    const base = JSON.parse(policyText) as Required<PolicyExample>;
    return JSON.stringify({ ...base, ...part, rules: [...base.rules, ...(part.rules ?? [])] }, null, 2);
  };
  const written = isCatalogue ? example : catalogueText;
  const text = policyOf(isCatalogue ? {} : (JSON.parse(example) as PolicyExample));
  const problems: Problem[] = [];
  const types = new Map<string, FeatureType>();
  const catalogue = loadCatalogue("features.json", written, problems, sourceKinds, { types });
  const scope = { features: types, models: new Set(["card-fraud/1"]), lists: new Set(lists.map(({ name }) => name)) };
  const policy = loadPolicy("example.json", text, scope, problems);
  if (catalogue === undefined || policy === undefined)
    return { text: problems.map((each) => withoutPlace(formatProblem(each))).join(""), findings: [], problems };

  const mentions = mentionsIn("example.json", text);
  const found = isCatalogue
    ? lintCatalogue("features.json", written, { ...withAllBehind(mentions.features, catalogue), lists: mentions.lists })
    : lintPolicy(policy, { text, features: lintFeatures(catalogue), today });
  // Most examples ask about no list.
  const findings = code === "unused-list" ? [...found, ...lintLists(lists, mentions.lists)] : found;
  return { text: findings.map((each) => withoutPlace(renderFindings([each]))).join(""), findings, problems };
}

/** Without the file's name in front, and the number of findings behind. */
function withoutPlace(text: string): string {
  const [first = "", mend = ""] = text.split("\n");
  return `${first.slice(first.indexOf(" ") + 1)}\n${mend}\n`;
}

function partOf(from: string, to: string): string {
  const start = page.indexOf(from);
  const end = page.indexOf(to, start + from.length);
  return page.slice(start, end < 0 ? undefined : end);
}

function blocksOf(text: string, language: string): readonly string[] {
  return [...text.matchAll(new RegExp(`^\`\`\`${language}\n(.*?)^\`\`\`$`, "gms"))].map(([, block]) => block!);
}
