import type { Probe } from "../../domain/probe.ts";
import type { FeatureSource } from "../../domain/source.ts";
import { median } from "./median.ts";
import type { SourceReport } from "./report.ts";
import type { Target } from "./targets.ts";

/** A target that was opened, if it could be, and what was found. */
export interface Looked {
  readonly target: Target;
  readonly source: FeatureSource | undefined;
  readonly probe: Probe | undefined;
  readonly report: SourceReport;
}

/** How often is asked after the first time. */
export const again = 5;

/** Opens a target and asks what it is: nothing of anybody. Never rejects. */
export async function look(target: Target, timeoutMs: number): Promise<Looked> {
  const { name, kind, features } = target;
  let source: FeatureSource | undefined;
  let probe: Probe | undefined;
  let found = {};
  try {
    ({ source, probe } = target.open());
    if (probe === undefined) return { target, source, probe, report: { name, kind, reachable: true, warnings: [] } };
    found = { place: probe.place };
    // First all are opened, so that no opening counts as another's time.
    await new Promise((resume) => setImmediate(resume));
    const { detail, warnings = [], firstMs } = await askOnce(probe, features, timeoutMs);
    const later: number[] = [];
    // It answered: whatever it does from here on, it is reachable.
    for (let count = 0; probe.keepsConnection && count < again; count++)
      later.push((await askOnce(probe, features, timeoutMs)).firstMs);
    const thenMs = median(later);
    const report = {
      name,
      kind,
      ...found,
      reachable: true,
      detail,
      warnings,
      firstMs,
      ...(thenMs !== undefined && { thenMs }),
    };
    return { target, source, probe, report };
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    return { target, source, probe, report: { name, kind, ...found, reachable: false, problem, warnings: [] } };
  }
}

async function askOnce(probe: Probe, features: Target["features"], timeoutMs: number) {
  const stop = new AbortController();
  const late = new Error(
    `it gives no answer within ${timeoutMs} ms; check that it runs, and the network; --timeout waits longer`,
  );
  const { promise: timeout, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => {
    // It may know better why.
    stop.abort(late);
    setImmediate(() => reject(late));
  }, timeoutMs);
  const startMs = performance.now();
  try {
    const answer = await Promise.race([probe.ask(features, stop.signal), timeout]);
    return { ...answer, firstMs: performance.now() - startMs };
  } finally {
    clearTimeout(timer);
  }
}
