import type { PolicyTest } from "../../policy/policy-schema.ts";
import type { CompiledPolicy } from "../compile.ts";
import { fires } from "../resolve.ts";
import type { TestRun } from "./run-test.ts";
import { why } from "./why.ts";

/** What of a test's expectations does not hold, in words that say why; empty if all do. */
export async function failuresOf(
  compiled: CompiledPolicy,
  { expect }: Pick<PolicyTest, "expect">,
  run: TestRun,
): Promise<readonly string[]> {
  const { rules } = compiled.policy;
  const { context, resolution, truths } = run;
  const failures: string[] = [];
  const expectEqual = (what: string, expected: unknown, actual: unknown) => {
    if (expected !== undefined && expected !== actual)
      failures.push(`${what}: expected ${expected}, got ${actual ?? "none"}`);
  };
  expectEqual("outcome", expect.outcome, resolution.outcome);
  expectEqual("shadowOutcome", expect.shadowOutcome, run.shadowOutcome);
  expectEqual("points", expect.points, resolution.points);
  const reasons = resolution.reasons.map(({ code }) => code);
  for (const reason of expect.reasons ?? [])
    if (!reasons.includes(reason)) failures.push(`reasons: expected ${reason} among ${list(reasons)}`);

  const named = (holds: (at: number) => boolean) =>
    rules.flatMap(({ name }, at) => (truths[at] !== undefined && holds(at) ? [name] : []));
  const fired = named((at) => fires(rules[at]!, context, truths[at]!));
  const unknown = named((at) => truths[at] === "unknown");
  const wrong = [
    ...(expect.fired ?? []).filter((name) => !fired.includes(name)).map((name) => ["fired", name, "did not fire"]),
    ...(expect.notFired ?? []).filter((name) => fired.includes(name)).map((name) => ["notFired", name, "fired"]),
    ...(expect.unknown ?? []).filter((name) => !unknown.includes(name)).map((name) => ["unknown", name, "is known"]),
  ] as const;
  if (wrong.length === 0) return failures;
  const trees = truths.length === 0 ? [] : await compiled.rules.explain(context);
  for (const [expectation, name, happened] of wrong) {
    const at = rules.findIndex((rule) => rule.name === name);
    const reason = at < 0 ? "it is switched off" : trees[at] === undefined ? "the gate answered" : why(trees[at]);
    failures.push(`${expectation}: ${name} ${happened}: ${reason}`);
  }
  return failures;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
