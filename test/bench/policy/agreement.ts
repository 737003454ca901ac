import assert from "node:assert/strict";
import type { RulesEngine } from "./verdict.ts";

/** A side with the inputs it is given, one for each event, always in the same order. */
export interface Contender<Facts> {
  readonly engine: RulesEngine<Facts>;
  readonly inputs: readonly Facts[];
}

/**
 * Holds a side against another: for every event the same outcome and the same rules.
 * @returns how many rules fired for an event, on average.
 * @throws if they differ.
 */
export async function checkAgreement<Left, Right>(left: Contender<Left>, right: Contender<Right>): Promise<number> {
  let fired = 0;
  for (const [at, input] of left.inputs.entries()) {
    const mine = await left.engine.decide(input);
    const theirs = await right.engine.decide(right.inputs[at]!);
    assert.deepEqual(
      [theirs.outcome, theirs.fired.toSorted()],
      [mine.outcome, mine.fired.toSorted()],
      `${right.engine.name} and ${left.engine.name} differ on event ${at}`,
    );
    fired += mine.fired.length;
  }
  return fired / left.inputs.length;
}
