import { Missing } from "../../domain/feature.ts";
import type { FeatureSource } from "../../domain/source.ts";
import type { Catalogue } from "../../features/catalogue.ts";
import { withAllBehind } from "../policy-lint-catalogue.ts";
import { type Gathered, gather, planFor } from "./gather.ts";
import { again, type Looked } from "./look.ts";
import { median } from "./median.ts";
import type { AnswerReport, FeatureReport, SourceReport } from "./report.ts";
import type { Sample } from "./sample.ts";

/**
 * Asks sources for the features of a sample, all at once and each as soon as its key is known, a few times over.
 * @param chosen names of the sources that are told about.
 * @param looked those and all that their keys come from.
 * @returns the reports of the chosen ones, with what they answered.
 * @throws if an attribute of the event does not fit its feature.
 */
export async function askForSample(
  chosen: ReadonlySet<string>,
  looked: readonly Looked[],
  sample: Sample,
  timeoutMs: number,
): Promise<readonly SourceReport[]> {
  const sources = new Map(looked.map((each) => [each.target.name, sourceOf(each)]));
  const plan = planFor(sample, featuresOf(chosen, sample.catalogue), sources, timeoutMs);
  const first = await gather(plan, sample);
  const runs = [first];
  if (isWorthRepeating(first, looked, timeoutMs)) while (runs.length <= again) runs.push(await gather(plan, sample));
  return looked.filter(({ target }) => chosen.has(target.name)).map((each) => withAnswer(each, runs, sample));
}

/** Names of the sources that the chosen ones' keys come from, and theirs. */
export function sourcesBehind(chosen: ReadonlySet<string>, sample: Sample): ReadonlySet<string> {
  return withAllBehind(featuresOf(chosen, sample.catalogue), sample.catalogue).sources.union(chosen);
}

/** The catalogue's features that come from these sources. */
export function featuresOf(sources: ReadonlySet<string>, catalogue: Catalogue): string[] {
  return [...catalogue.features.values()].flatMap(({ name, origin }) =>
    (origin.kind === "column" || origin.kind === "aggregate") && sources.has(origin.source) ? [name] : [],
  );
}

/** One that was not reached is not tried again; what waits for it is skipped. */
function sourceOf({ target, source, report }: Looked): FeatureSource {
  if (source !== undefined && report.reachable) return source;
  const fail = () => {
    throw new Error(report.problem ?? `${target.name} has no features`);
  };
  return { name: target.name, kind: "request", prepare: () => fail };
}

/** Neither of what is slow, nor of what may not be only a read. */
function isWorthRepeating({ timings }: Gathered, looked: readonly Looked[], timeoutMs: number): boolean {
  const isSlow = [...timings.values()].some(({ startMs, endMs }) => endMs - startMs > timeoutMs / 4);
  return !isSlow && looked.every(({ probe }) => probe?.caution === undefined);
}

function withAnswer({ target, report }: Looked, runs: readonly Gathered[], sample: Sample): SourceReport {
  const [first] = runs as [Gathered];
  const timing = first.timings.get(target.name);
  if (!report.reachable || timing === undefined) return report;
  const answer = answerOf(target.name, first, sample);
  if (answer.status === "SKIPPED") return { ...report, answer };
  const thenMs = median(runs.slice(1).map(({ timings }) => durationOf(timings.get(target.name)!)));
  const usualMs = thenMs ?? durationOf(timing);
  const { timeoutMs = Number.POSITIVE_INFINITY } = target;
  const late = `it takes ${usualMs.toFixed(1)} ms to answer, and its timeoutMs is ${timeoutMs}: decisions do not wait for it; give it more, or see why it is slow`;
  return {
    ...report,
    warnings: usualMs > timeoutMs ? [...report.warnings, late] : report.warnings,
    ...(thenMs !== undefined && { thenMs }),
    answer,
  };
}

function durationOf({ startMs, endMs }: { readonly startMs: number; readonly endMs: number }): number {
  return endMs - startMs;
}

function answerOf(source: string, { plan, context, timings }: Gathered, sample: Sample): AnswerReport {
  const { node: at, status, answer, error } = timings.get(source)!;
  const { inputs, outputs } = plan.nodes[at]!;
  const said = error ?? answer?.error;
  const missing = inputs.filter((slot) => context.at(slot) instanceof Missing);
  const why =
    status === "SKIPPED"
      ? missing.map((slot) => whyMissing(plan.slots[slot]!.name, context.missing(slot)!, sample, timings)).join("; ")
      : status === "TIMEOUT"
        ? "it does not answer in time; see why it is slow, --timeout waits longer"
        : said instanceof Error
          ? said.message
          : undefined;
  const features = outputs.map((slot): FeatureReport => {
    const { name, type } = plan.slots[slot]!;
    const value = context.at(slot);
    const shown = type === "timestamp" && typeof value === "number" ? new Date(value).toISOString() : value;
    const state = context.missing(slot) ?? "present";
    return { name, type, state, ...(typeof shown === "object" || shown === undefined ? {} : { value: shown }) };
  });
  return { status, ...(why && { why }), features };
}

function whyMissing(name: string, reason: string, { catalogue }: Sample, timings: Gathered["timings"]): string {
  const origin = catalogue.features.get(name)?.origin;
  if (origin?.kind === "event") return `${name} is not given: add --key ${name}=VALUE, or an --event that has it`;
  if (origin?.kind !== "column" && origin?.kind !== "aggregate") return `${name} is missing (${reason})`;
  const error = timings.get(origin.source)?.error;
  const said = error instanceof Error ? `: ${error.message}` : "";
  return `${name} from ${origin.source} is missing (${reason})${said}`;
}
