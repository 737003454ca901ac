import { nameAnswer } from "../explain-answer.ts";
import { explainBands } from "../explain-bands.ts";
import { explainCondition } from "../explain-condition.ts";
import type { WrittenPolicy } from "../explain-document.ts";
import type { PolicyDocument } from "../policy-schema.ts";
import { canonical } from "./canonical.ts";
import { type Aspects, aspects } from "./change.ts";

type Text = readonly [what: string, text: string | undefined];

/** Everything of a policy but its rules that decides, or is told to callers. Tests and descriptions are neither. */
export function settingAspects({ document, gate }: WrittenPolicy): Aspects {
  const { outcomes, models = {}, points = [], reasons = {} } = document;
  return new Map([
    ...aspects([
      ["id", document.id],
      ["outcomes", outcomes.join(", ")],
      ["default", document.default],
      ["deadlineMs", document.deadlineMs === undefined ? undefined : String(document.deadlineMs)],
      ["settle", document.settle ?? "early"],
    ]),
    ...(gate === undefined ? [] : [["gate", { same: canonical(gate), shown: explainCondition(gate) }] as const]),
    ...aspects([
      ["gate otherwise", document.gate && nameAnswer(document.gate.otherwise)],
      ...Object.entries(models).flatMap(([name, model]) => modelTexts(name, model, outcomes)),
      ["points", explainBands(points, outcomes) || undefined],
      ...Object.entries(reasons).flatMap(([code, { internal, customer }]): Text[] => [
        [`reason ${code}`, internal],
        [`reason ${code} for customers`, customer],
      ]),
    ]),
  ]);
}

function modelTexts(
  name: string,
  { model, version, bands = [], onMissing }: NonNullable<PolicyDocument["models"]>[string],
  outcomes: readonly string[],
): readonly Text[] {
  return [
    [`model of ${name}`, `${model}/${version}`],
    [`bands of ${name}`, explainBands(bands, outcomes) || undefined],
    [`${name} when missing`, onMissing && nameAnswer(onMissing)],
  ];
}
