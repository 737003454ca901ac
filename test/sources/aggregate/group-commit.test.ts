import assert from "node:assert/strict";
import { GroupCommit } from "../../../src/sources/aggregate/group-commit.ts";
import { emptyRecord } from "../../../src/sources/aggregate/record.ts";
import { closeTables, openTables, type Tables, transact } from "../../../src/sources/aggregate/tables.ts";
import { cleanUp } from "../../support/clean-up.ts";

describe("what is written in one turn of the event loop", () => {
  const clean = cleanUp();
  let tables: Tables;
  let transactions: number;
  let commits: GroupCommit;
  beforeEach(async () => {
    tables = openTables(await clean.folder());
    clean.later(() => closeTables(tables));
    transactions = 0;
    commits = new GroupCommit((actions) => {
      transactions += 1;
      transact(tables, actions);
    });
  });

  const write = (key: string, then: () => string = () => key) =>
    commits.write(() => {
      tables.records.put(key, emptyRecord);
      return then();
    });
  const fail = (): never => {
    throw new Error("no");
  };
  const written = () => [...tables.records.keys()];

  it("is one commit, each with its own result", async () => {
    assert.deepEqual(await Promise.all([write("a"), write("b"), write("c")]), ["a", "b", "c"]);
    assert.deepEqual([transactions, written()], [1, ["a", "b", "c"]]);
    await write("d");
    assert.deepEqual([transactions, written()], [2, ["a", "b", "c", "d"]]);
  });

  it("sees what was written before it in the same turn", async () => {
    const seen = write("b", () => written().join());
    assert.equal(await Promise.all([seen, write("c", () => written().join())]).then(String), "b,b,c");
  });

  it("is written although another fails, of which nothing is left", async () => {
    const [a, b, c] = await Promise.allSettled([write("a"), write("b", fail), write("c")]);
    assert.deepEqual([a.status, b.status, c.status, written()], ["fulfilled", "rejected", "fulfilled", ["a", "c"]]);
    await assert.rejects(write("d", fail), /no/);
    assert.deepEqual(written(), ["a", "c"]);
  });

  it("is committed at once when it is asked to", async () => {
    const result = write("a");
    commits.flush();
    assert.deepEqual(written(), ["a"]);
    assert.equal(await result, "a");
    assert.equal(transactions, 1);
  });
});
