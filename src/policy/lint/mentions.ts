import { parseDocument } from "../../documents/document.ts";
import { DocumentError, type Problem } from "../../documents/problem.ts";
import { asksList } from "../condition.ts";
import { PolicySchema } from "../policy-schema.ts";
import { operatorOf } from "./comparison.ts";
import { writtenLeaves } from "./written-leaves.ts";

/** What a policy's conditions name, also those of rules that are off: they may come back. */
export interface Mentions {
  readonly features: ReadonlySet<string>;
  readonly lists: ReadonlySet<string>;
}

/** @throws {DocumentError} if the text has not the shape of a policy. */
export function mentionsIn(file: string, text: string): Mentions {
  const problems: Problem[] = [];
  const document = parseDocument(file, text, PolicySchema, problems);
  if (document === undefined) throw new DocumentError(problems);
  const features = new Set(document.value.rules.flatMap(({ rollout }) => (rollout === undefined ? [] : [rollout.by])));
  const lists = new Set<string>();
  for (const { leaf } of writtenLeaves(document.value)) {
    const { fact, operator, value } = leaf;
    features.add(fact);
    if (asksList({ operator: operatorOf(operator).base })) lists.add(String(value));
    if (typeof value === "object" && value !== null && "fact" in value) features.add(String(value.fact));
  }
  return { features, lists };
}
