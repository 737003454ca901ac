import assert from "node:assert/strict";
import { deadlineMs } from "./documents.ts";
import type { Struck } from "./strike.ts";
import type { Break } from "./target.ts";

/**
 * An answer later than this is late. The deadline is part of what an answer means, so it is held; the grace is for
 * machines on which this process gets no processor for a while.
 */
export const lateAfterMs = deadlineMs + 250;
/** What a source that is back may take until it is in use again; the aim is 1,000. */
const recoveryMsMax = 3000;

/** What holds of every engine whose target was broken, whichever way. */
export function checkStruck({ seen, failures, recoveryMs }: Struck, { harmless, half }: Break): void {
  assert.deepEqual(failures, []);
  assert.ok(seen.length > 50, `only ${seen.length} decisions`);
  assert.deepEqual(
    seen.filter(({ elapsedMs }) => elapsedMs > lateAfterMs),
    [],
  );
  assert.deepEqual(
    seen.filter(({ state }) => state === "neither"),
    [],
  );
  const marked = seen.filter(({ state }) => state === "marked");
  if (harmless) assert.deepEqual(marked, []);
  else assert.ok(marked.length > 0, "it shows in no answer");
  if (half) assert.ok(marked.length < seen.length, "all answers are marked");
  assert.ok(recoveryMs < recoveryMsMax, `in use again only after ${recoveryMs} ms`);
  const lacking = seen.flatMap((each) => each.lacking);
  const besides = [...Map.groupBy(lacking, (each) => each)].map(([what, { length }]) => `${what} ${length}`).join(", ");
  const alone = seen.filter((each) => each.lacking.length === 0);
  // A machine short of processors starves the servers too; a source that drags others along would do so all the time.
  assert.ok(
    alone.length > 0.5 * seen.length,
    `${seen.length - alone.length} of ${seen.length} lack what is not broken: ${besides}`,
  );
}
