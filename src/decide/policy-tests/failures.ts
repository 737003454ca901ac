import type { MissingReason } from "../../domain/feature.ts";
import type { Policy } from "../../policy/policy.ts";
import type { PolicyTest } from "../../policy/policy-schema.ts";
import { isLive } from "../../policy/rollout.ts";
import type { CompiledPolicy } from "../compile.ts";
import { fires } from "../resolve.ts";
import type { TestRun } from "./run-test.ts";
import { why } from "./why.ts";

type Expectations = Pick<PolicyTest, "expect">;

/** What of a test's expectations does not hold, in words that say why; empty if all do. */
export async function failuresOf(
  compiled: CompiledPolicy,
  { expect }: Expectations,
  run: TestRun,
): Promise<readonly string[]> {
  const { resolution } = run;
  const failures: string[] = [];
  const expectEqual = (what: string, expected: unknown, actual: unknown, because: () => string = () => "") => {
    if (expected !== undefined && expected !== actual)
      failures.push(`${what}: expected ${expected}, got ${actual ?? "none"}${because()}`);
  };
  expectEqual("outcome", expect.outcome, resolution.outcome, () => askedFor(run));
  expectEqual("shadowOutcome", expect.shadowOutcome, run.shadowOutcome);
  expectEqual("points", expect.points, resolution.points, () => addedUp(compiled.policy, run));
  const reasons = resolution.reasons.map(({ code }) => code);
  for (const reason of expect.reasons ?? [])
    if (!reasons.includes(reason)) failures.push(`reasons: expected ${reason} among ${list(reasons)}`);
  return [...failures, ...(await ruleFailures(compiled, { expect }, run))];
}

/** Who asked for an outcome, as far as they gave reasons. */
function askedFor({ resolution: { byDefault, reasons } }: TestRun): string {
  if (byDefault) return ": nothing asked for another than the default";
  return reasons.length === 0 ? "" : `: ${reasons.map(({ code, rule }) => `${code} from ${rule}`).join(", ")}`;
}

/** The rules that gave points. */
function addedUp({ rules }: Policy, { context, truths }: TestRun): string {
  const gave = rules.filter(
    (rule, at) =>
      rule.points > 0 && truths[at] !== undefined && fires(rule, context, truths[at]) && isLive(rule, context) === true,
  );
  return gave.length === 0 ? "" : `: ${gave.map(({ name, points }) => `${points} from ${name}`).join(", ")}`;
}

/** Rules that fired, did not fire or are known, against what the test expects. */
async function ruleFailures(compiled: CompiledPolicy, { expect }: Expectations, run: TestRun): Promise<string[]> {
  const { rules } = compiled.policy;
  const { context, truths } = run;
  const named = (holds: (at: number) => boolean) =>
    rules.flatMap(({ name }, at) => (truths[at] !== undefined && holds(at) ? [name] : []));
  const fired = named((at) => fires(rules[at]!, context, truths[at]!));
  const unknown = named((at) => truths[at] === "unknown");
  const wrong = [
    ...(expect.fired ?? []).filter((name) => !fired.includes(name)).map((name) => ["fired", name, "did not fire"]),
    ...(expect.notFired ?? []).filter((name) => fired.includes(name)).map((name) => ["notFired", name, "fired"]),
    ...(expect.unknown ?? []).filter((name) => !unknown.includes(name)).map((name) => ["unknown", name, "is known"]),
  ] as const;
  // Explaining costs more than deciding: most tests pass and need none.
  if (wrong.length === 0) return [];
  const trees = truths.length === 0 ? [] : await compiled.rules.explain(context);
  const reasonOf = (feature: string): MissingReason | undefined => {
    const slot = compiled.plan.index.get(feature);
    return slot === undefined ? undefined : context.missing(slot);
  };
  return wrong.map(([expectation, name, happened]) => {
    const at = rules.findIndex((rule) => rule.name === name);
    const tree = trees[at];
    const explained = tree && why(tree, reasonOf);
    const because = at < 0 ? "it is switched off" : (explained ?? "the gate answered");
    const onUnknown = happened === "fired" && truths[at] === "unknown" ? "; its onUnknown says fire" : "";
    return `${expectation}: ${name} ${happened}: ${because}${onUnknown}`;
  });
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
