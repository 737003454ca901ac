import { explainAnswer, nameAnswer } from "./explain-answer.ts";
import { explainBands } from "./explain-bands.ts";
import { explainCondition } from "./explain-condition.ts";
import type { WrittenPolicy } from "./explain-document.ts";

/** What a policy does beside its rules, one sentence each, in the order it happens. */
export function explainPolicy({ document, gate }: WrittenPolicy): readonly string[] {
  const { outcomes, models = {}, points = [] } = document;
  const sentences: string[] = [];
  if (gate !== undefined && document.gate !== undefined)
    sentences.push(`${explainAnswer(document.gate.otherwise)} at once unless ${explainCondition(gate)}.`);
  for (const [name, { model, version, bands = [], onMissing }] of Object.entries(models)) {
    const says = [
      ...(bands.length === 0 ? [] : [explainBands(bands, outcomes)]),
      ...(onMissing === undefined ? [] : [`${nameAnswer(onMissing)} when missing`]),
    ];
    sentences.push(`Scores ${name} with ${model}/${version}${says.length === 0 ? "" : `: ${says.join("; ")}`}.`);
  }
  if (points.length > 0) sentences.push(`Sums points: ${explainBands(points, outcomes)}.`);
  sentences.push(
    `The strictest outcome holds (${outcomes.join(", then ")}); when nothing asks for one: ${document.default}.`,
  );
  return sentences;
}
