import type { Truth } from "../../policy/condition.ts";
import type { Places } from "../../policy/places.ts";
import type { Band, Rule } from "../../policy/policy.ts";
import type { CompiledPolicy } from "../compile.ts";
import { bandOf, fires } from "../resolve.ts";
import { type Covered, comparisonItems, toItem } from "./covered.ts";
import type { TestRun } from "./run-test.ts";

/** How much of a policy its tests see. */
export interface Coverage {
  readonly policy: string;
  readonly file: string;
  /** Sides seen and sides there are. */
  readonly seen: number;
  readonly sides: number;
  /** The share of sides seen, 0 to 100. */
  readonly percent: number;
  readonly items: readonly Covered[];
}

/**
 * What the runs of a policy's tests saw: rules and comparisons both ways, the gate both ways, every band and threshold.
 * @param places where these stand in the document, if it is at hand.
 */
export async function coverageOf(
  compiled: CompiledPolicy,
  runs: readonly TestRun[],
  places: Places | undefined,
): Promise<Coverage> {
  const items = [
    ...(await gateItems(compiled, runs, places)),
    ...(await ruleItems(compiled, runs.filter(isDecided), places)),
    ...bandItems(compiled, runs.filter(isDecided), places),
  ];
  const count = (side: "seen" | "unseen") => items.reduce((sum, each) => sum + each[side].length, 0);
  const [seen, unseen] = [count("seen"), count("unseen")];
  const sides = seen + unseen;
  const percent = sides === 0 ? 100 : Math.floor((seen / sides) * 1000) / 10;
  const { id, file } = compiled.policy;
  return { policy: id, file, seen, sides, percent, items };
}

/** Whether rules decided, and not the gate. */
function isDecided({ gate }: TestRun): boolean {
  return gate !== false;
}

async function gateItems(
  { policy, gate }: CompiledPolicy,
  runs: readonly TestRun[],
  places: Places | undefined,
): Promise<Covered[]> {
  if (policy.gate === undefined || gate === undefined) return [];
  const place = places?.gate;
  // A gate that does not know lets through.
  const found = runs.flatMap((run) =>
    run.gate === false ? ["answers"] : ["lets through", ...(run.gate === "unknown" ? ["unknown"] : [])],
  );
  const trees = await Promise.all(runs.map(async ({ context }) => (await gate.explain(context))[0]!));
  return [
    toItem({ what: "gate", text: "the gate", place, sides: ["answers", "lets through"], found }),
    ...comparisonItems({ condition: policy.gate.conditions, trees, places: place?.comparisons }),
  ];
}

async function ruleItems(
  { policy, rules }: CompiledPolicy,
  runs: readonly TestRun[],
  places: Places | undefined,
): Promise<Covered[]> {
  const trees = await Promise.all(runs.map(({ context }) => rules.explain(context)));
  return policy.rules.flatMap((rule, at) => {
    const place = places?.rules.get(rule.name);
    const { name, conditions: condition } = rule;
    const found = runs.flatMap((run) => sidesOf(rule, run, run.truths[at]!));
    return [
      toItem({ what: "rule", rule: name, text: name, place, sides: ["fired", "not fired"], found }),
      ...comparisonItems({
        rule: name,
        condition,
        trees: trees.map((each) => each[at]!),
        places: place?.comparisons,
      }),
    ];
  });
}

function sidesOf(rule: Rule, { context }: TestRun, truth: Truth): string[] {
  const side = fires(rule, context, truth) ? "fired" : "not fired";
  return truth === "unknown" ? [side, "unknown"] : [side];
}

function bandItems({ policy }: CompiledPolicy, runs: readonly TestRun[], places: Places | undefined): Covered[] {
  const toBand = (what: "band" | "threshold", text: string, line: number | undefined, reached: boolean) =>
    toItem({ what, text, place: { line }, sides: ["reached"], found: reached ? ["reached"] : [] });
  const scoreBands = policy.scores.flatMap(({ feature, bands }) => {
    const reached = runs.flatMap(({ context }): (Band | undefined)[] => {
      const score = context.value(feature);
      return score === undefined ? [] : [bandOf(bands, Number(score))];
    });
    return bands.map((band) =>
      toBand("band", `${feature} from ${band.gte}`, places?.bandLine(feature, band), reached.includes(band)),
    );
  });
  const thresholds = policy.points.map((threshold) => {
    const reached = runs.some(({ resolution: { points } }) => bandOf(policy.points, points) === threshold);
    return toBand("threshold", `${threshold.gte} points`, places?.bandLine(undefined, threshold), reached);
  });
  return [...scoreBands, ...thresholds];
}
