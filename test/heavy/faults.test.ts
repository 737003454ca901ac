import { cleanUp } from "../support/clean-up.ts";
import { checkStruck } from "../support/stage/check-struck.ts";
import { openStage, type Stage, sharedTargetNames, targetNames } from "../support/stage/stage.ts";
import { strike } from "../support/stage/strike.ts";
import { breakNames } from "../support/stage/target.ts";
import { type Cell, printMatrix } from "./faults/print-matrix.ts";

const cells: Cell[] = [];
after(() => printMatrix(cells));

for (const [aggregates, names] of [
  ["embedded", targetNames],
  ["redis", sharedTargetNames],
] as const)
  describe(`an engine whose sources break under load, aggregates ${aggregates}`, function () {
    this.timeout(60_000);
    const clean = cleanUp(after);
    let stage: Stage;
    before(async () => {
      stage = await openStage(clean, aggregates);
    });

    for (const name of names)
      for (const breakName of breakNames)
        it(`answers every call in time, marks what is missing, and recovers: ${name}, ${breakName}`, async () => {
          const target = stage.targets.get(name)!;
          const how = target.breaks[breakName];
          if ("impossible" in how) return void cells.push({ name, breakName, how });
          const { targets } = stage;
          const struck = await strike({ client: stage.engine.client, targets, target, how });
          cells.push({ name, breakName, how, struck });
          checkStruck(struck, how);
        });
  });
