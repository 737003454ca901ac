import type { Decision, StepTiming } from "../domain/decision.ts";

/** What there must be of a span to find its step again. */
interface Named<Span> {
  readonly name: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly children: readonly Span[];
}

/**
 * Says on each span of a step which spans it began after, so that the graph of a decision can be read from its trace:
 * `verdict.waits_for` those whose result it takes, `verdict.behind` those that merely ran before it. Derived features have
 * no spans of their own: in their place stands what they waited for.
 */
export function withWaits<Span extends Named<Span>>(spans: readonly Span[], { steps, policy }: Decision): Span[] {
  const names = steps.map(({ kind, name }) =>
    kind === "source" || kind === "model" ? `${kind} ${name}` : kind === "rules" ? `rules ${policy}` : name,
  );
  const attributes = new Map<string, Readonly<Record<string, string>>>();
  for (const [at, { kind, awaited }] of steps.entries()) {
    if (kind === "derived" || !awaited) continue;
    const reached = reach(steps, at);
    const listed = (wanted: boolean) =>
      [...reached].flatMap(([other, isInput]) => (isInput === wanted ? names[other]! : [])).join(", ");
    const all = { "verdict.waits_for": listed(true), "verdict.behind": listed(false) };
    attributes.set(names[at]!, Object.fromEntries(Object.entries(all).filter(([, list]) => list !== "")));
  }
  const added = (span: Span): Span => ({
    ...span,
    attributes: { ...span.attributes, ...attributes.get(span.name) },
    children: span.children.map(added),
  });
  return spans.map(added);
}

/** The steps with spans that a step began after, and whether it takes a result of each, directly or through a derived one. */
function reach(steps: readonly StepTiming[], at: number): ReadonlyMap<number, boolean> {
  const found = new Map<number, boolean>();
  const visit = (other: number, isInput: boolean) => {
    const { kind, waitsFor, behind } = steps[other]!;
    if (kind !== "derived") {
      found.set(other, isInput || found.get(other) === true);
      return;
    }
    for (const each of waitsFor) visit(each, isInput);
    if (behind !== undefined) visit(behind, false);
  };
  const { waitsFor, behind } = steps[at]!;
  for (const other of waitsFor) visit(other, true);
  if (behind !== undefined) visit(behind, false);
  return found;
}
