import { Missing } from "../domain/feature.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import { occurredAt } from "../features/catalogue.ts";
import { Context } from "../features/context.ts";
import type { NodeAnswer, Plan } from "../features/plan.ts";
import type { Truth } from "../policy/condition.ts";
import type { PolicyTest } from "../policy/policy-schema.ts";
import type { Bundle } from "./bundle.ts";
import type { CompiledPolicy } from "./compile.ts";
import { fires, gateAnswer, resolve } from "./resolve.ts";

/** One test of a policy, run. */
export interface TestResult {
  readonly policy: string;
  readonly name: string;
  /** What did not hold; empty if it passed. */
  readonly failures: readonly string[];
}

/** The time of a test that gives none: a Wednesday at noon, so that no rule about nights or weekends fires by accident. */
const defaultNowMs = Date.UTC(2026, 0, 7, 12);

/** Runs the tests in a policy's document, without any source: features are given, missing, or derived from those. */
export async function testPolicy(compiled: CompiledPolicy): Promise<readonly TestResult[]> {
  return await Promise.all(compiled.policy.tests.map((test) => runTest(compiled, test)));
}

/** @throws {PolicyTestError} unless all tests of all policies pass. */
export async function passTests({ policies }: Pick<Bundle, "policies">): Promise<void> {
  const results = await Promise.all(
    [...policies.values()].map(async (compiled) =>
      (await testPolicy(compiled)).map((result, index) => ({ ...result, file: compiled.policy.file, index })),
    ),
  );
  const failed = results.flat().filter(({ failures }) => failures.length > 0);
  if (failed.length > 0) throw new PolicyTestError(failed);
}

/** A test that does not pass, and where it stands. */
interface FailedTest extends TestResult {
  /** The policy's file. */
  readonly file: string;
  /** Its place among the tests of the policy. */
  readonly index: number;
}

/** Tests in policies that do not pass. */
export class PolicyTestError extends Error {
  override readonly name = "PolicyTestError";
  readonly failed: readonly FailedTest[];

  constructor(failed: readonly FailedTest[]) {
    const lines = failed.map(({ policy, name, failures }) => `${policy}: ${name}: ${failures.join("; ")}`);
    super(`${failed.length} test${failed.length === 1 ? "" : "s"} of the policies failed:\n${lines.join("\n")}`);
    this.failed = failed;
  }
}

async function runTest(compiled: CompiledPolicy, test: PolicyTest): Promise<TestResult> {
  const { policy, gate, rules, plan } = compiled;
  const context = contextOf(plan, test);
  const admits = gate === undefined || (await gate.evaluate(context))[0] !== false;
  const stopped = admits ? undefined : gateAnswer(policy);
  const truths = stopped === undefined ? await rules.evaluate(context) : [];
  const { outcome, reasons } = stopped ?? resolve(policy, context, truths);
  const failures = [
    ...failuresOf(
      compiled,
      context,
      test.expect,
      outcome,
      reasons.map(({ code }) => code),
      truths,
    ),
  ];
  return { policy: policy.id, name: test.name, failures };
}

function contextOf(plan: Plan, { given, missing, now, lists }: PolicyTest): Context {
  const occurredAtMs = (now === undefined ? undefined : parseIsoTimestamp(now)) ?? defaultNowMs;
  const entries = new Map(Object.entries(lists ?? {}).map(([name, list]) => [name, new Set(list)]));
  const context = new Context(plan.slots, plan.index, {
    occurredAtMs,
    lists: { has: (list, entry) => entries.get(list)?.has(entry) ?? false },
  });
  const set = (name: string, value: Parameters<Context["set"]>[1]) => {
    const slot = plan.index.get(name);
    if (slot !== undefined) context.set(slot, value);
  };
  for (const [name, value] of Object.entries(given)) set(name, value);
  for (const [name, reason] of Object.entries(missing ?? {})) set(name, Missing[reason]);
  set(occurredAt, occurredAtMs);
  for (const { slot } of plan.eventFeatures) context.set(slot, Missing.not_found);
  const call = {
    event: { requestId: "test", occurredAtMs: 0, attributes: {} },
    include: false,
    signal: new AbortController().signal,
    deadlineMs: Number.POSITIVE_INFINITY,
    traceparent: "",
  };
  for (const node of plan.nodes) {
    const inputs = node.inputs.map((slot) => context.at(slot)!);
    const derivable = node.kind === "derived" && !inputs.some((value) => value instanceof Missing);
    // Expressions answer at once; only fetches and models come by promise, and those are not run here.
    const answer = derivable ? (node.run(inputs, call) as NodeAnswer) : undefined;
    const absent = node.kind === "derived" ? Missing.skipped : Missing.not_found;
    for (const [index, slot] of node.outputs.entries()) context.set(slot, answer?.values[index] ?? absent);
  }
  return context;
}

function* failuresOf(
  { policy }: CompiledPolicy,
  context: Context,
  expected: PolicyTest["expect"],
  outcome: string,
  reasons: readonly string[],
  truths: readonly Truth[],
): Generator<string> {
  if (expected.outcome !== undefined && expected.outcome !== outcome)
    yield `outcome: expected ${expected.outcome}, got ${outcome}`;
  for (const reason of expected.reasons ?? []) {
    if (!reasons.includes(reason)) yield `reasons: expected ${reason} among ${list(reasons)}`;
  }
  const named = (holds: (at: number) => boolean) =>
    policy.rules.flatMap(({ name }, at) => (truths[at] !== undefined && holds(at) ? [name] : []));
  const fired = named((at) => fires(policy.rules[at]!, context, truths[at]!));
  const unknown = named((at) => truths[at] === "unknown");
  for (const name of expected.fired ?? [])
    if (!fired.includes(name)) yield `fired: expected ${name} among ${list(fired)}`;
  for (const name of expected.notFired ?? []) if (fired.includes(name)) yield `notFired: ${name} fired`;
  for (const name of expected.unknown ?? [])
    if (!unknown.includes(name)) yield `unknown: expected ${name} among ${list(unknown)}`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "none" : names.join(", ");
}
