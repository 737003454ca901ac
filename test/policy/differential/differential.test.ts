import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import fc from "fast-check";
import { runs } from "../../support/property.ts";
import { disagreement } from "./disagreement.ts";
import { type Pair, pair } from "./pair.ts";

const cases = new URL("./cases/", import.meta.url);

describe("the evaluators against json-rules-engine", () => {
  it("agree on any rules and any facts, however odd (make fuzz tries more)", async () => {
    await fc.assert(
      fc.asyncProperty(pair, async (each) => assert.equal(await disagreement(each), undefined)),
      runs(2_000),
    );
  });

  for (const name of readdirSync(cases).filter((each) => each.endsWith(".json")))
    it(`agree on ${name}`, async () => {
      const found = JSON.parse(readFileSync(new URL(name, cases), "utf8")) as Pair;
      assert.equal(await disagreement(found), undefined);
    });
});
