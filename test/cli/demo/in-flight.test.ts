import { deepStrictEqual, rejects, strictEqual } from "node:assert/strict";
import { inFlight } from "../../../src/cli/demo/in-flight.ts";

const turn = (): Promise<void> => new Promise(setImmediate);

describe("actions in flight", () => {
  it("start in order and never exceed the limit", async () => {
    const started: number[] = [];
    let [running, most] = [0, 0];
    await inFlight([1, 2, 3, 4, 5, 6, 7], 3, async (item) => {
      started.push(item);
      most = Math.max(most, ++running);
      for (let turns = 0; turns < item % 4; turns++) await turn();
      running--;
      return "go on";
    });
    deepStrictEqual({ started, most, running }, { started: [1, 2, 3, 4, 5, 6, 7], most: 3, running: 0 });
  });

  it("start no more after one that says stop, and wait for the others", async () => {
    const ended: number[] = [];
    await inFlight([1, 2, 3, 4, 5], 2, async (item) => {
      if (item === 1) await turn();
      ended.push(item);
      return item === 2 ? "stop" : "go on";
    });
    deepStrictEqual(ended, [2, 1]);
  });

  it("reject when one rejects", async () => {
    await rejects(
      inFlight([1], 2, async () => {
        throw new Error("broken");
      }),
      /^Error: broken$/,
    );
    strictEqual(await inFlight([], 2, async () => "stop"), undefined);
  });
});
