import { type ChildEngine, type ChildEngineOptions, startChildEngine } from "../../src/cli/child-engine.ts";
import type { VerdictClient } from "../../src/client/client.ts";
import type { CleanUp } from "./clean-up.ts";
import { connected } from "./engine.ts";
import { fixtureFlags } from "./fixtures.ts";

export interface Child extends ChildEngine {
  readonly client: VerdictClient;
}

/** A real engine in a process of its own, over the fixture policy; ended after the test whatever happens. */
export async function startChild(clean: CleanUp, options: ChildEngineOptions = {}): Promise<Child> {
  const flags = [...fixtureFlags, ...(options.flags ?? [])];
  const child = await startChildEngine({ ...options, flags });
  clean.later(() => child.stop());
  return { ...child, client: connected(clean, child.address) };
}
