import { setImmediate } from "node:timers/promises";
import type { LoadedTest } from "../policy/policy.ts";
import type { Bundle } from "./bundle.ts";
import type { CompiledPolicy } from "./compile.ts";
import { failuresOf } from "./policy-tests/failures.ts";
import { runTest, type TestRun } from "./policy-tests/run-test.ts";

/** One test of a policy, run. */
export interface TestResult {
  readonly policy: string;
  readonly name: string;
  /** Where it stands. */
  readonly file: string;
  readonly line: number;
  readonly index: number;
  /** What did not hold; empty if it passed. */
  readonly failures: readonly string[];
  readonly durationMs: number;
  readonly run: TestRun;
}

/** Runs tests of a policy (all it has, unless told), without any source. */
export async function testPolicy(
  compiled: CompiledPolicy,
  tests: readonly LoadedTest[] = compiled.policy.tests,
): Promise<readonly TestResult[]> {
  const results: TestResult[] = [];
  for (const test of tests) {
    // An engine that tests a changed policy goes on deciding meanwhile.
    await setImmediate();
    const { name, file, line, index } = test;
    const started = performance.now();
    const run = await runTest(compiled, test);
    const failures = await failuresOf(compiled, test, run);
    const durationMs = performance.now() - started;
    results.push({ policy: compiled.policy.id, name, file, line, index, failures, durationMs, run });
  }
  return results;
}

/** @throws {PolicyTestError} unless all tests of all policies pass. */
export async function passTests({ policies }: Pick<Bundle, "policies">): Promise<void> {
  const failed: TestResult[] = [];
  for (const policy of policies.values())
    failed.push(...(await testPolicy(policy)).filter(({ failures }) => failures.length > 0));
  if (failed.length > 0) throw new PolicyTestError(failed);
}

/** Tests in policies that do not pass. */
export class PolicyTestError extends Error {
  override readonly name = "PolicyTestError";
  readonly failed: readonly TestResult[];

  constructor(failed: readonly TestResult[]) {
    const lines = failed.map(({ policy, name, failures }) => `${policy}: ${name}: ${failures.join("; ")}`);
    super(`${failed.length} test${failed.length === 1 ? "" : "s"} of the policies failed:\n${lines.join("\n")}`);
    this.failed = failed;
  }
}
