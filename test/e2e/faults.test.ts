import { cleanUp } from "../support/clean-up.ts";
import { checkStruck } from "../support/stage/check-struck.ts";
import { openStage, type Stage } from "../support/stage/stage.ts";
import { strike } from "../support/stage/strike.ts";
import type { Break } from "../support/stage/target.ts";

/** A few of the ways in which sources break; `make test-faults` has them all. */
const cells = [
  ["http", "dead"],
  ["redis", "half wrong"],
  ["remote model", "frozen"],
] as const;

describe("an engine whose sources break under load", () => {
  const clean = cleanUp(after);
  let stage: Stage;
  before(async () => {
    stage = await openStage(clean);
  });

  for (const [name, breakName] of cells)
    it(`answers every call in time, marks what is missing, and recovers: ${name}, ${breakName}`, async () => {
      const target = stage.targets.get(name)!;
      const how = target.breaks[breakName] as Break;
      const { targets } = stage;
      checkStruck(await strike({ client: stage.engine.client, targets, target, how, forMs: 300 }), how);
    });
});
