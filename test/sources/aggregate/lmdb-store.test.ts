import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
import { describeConcurrently } from "./concurrently.ts";
import { describeAggregateStore } from "./store-suite.ts";

describeAggregateStore(
  "LMDB",
  async (options) => {
    const path = await mkdtemp(join(tmpdir(), "verdict-aggregate-"));
    const store = openAggregateStore({ path, ...options });
    const dispose = async () => {
      await store.close();
      await rm(path, { recursive: true });
    };
    return { store, dispose };
  },
  (retainMs) => retainMs / 256,
);

describe("an LMDB store used by many calls at once", () => {
  describeConcurrently(
    "LMDB",
    async (exactLimit) => {
      const path = await mkdtemp(join(tmpdir(), "verdict-aggregate-"));
      const store = openAggregateStore({ path, exactLimit });
      const dispose = async () => {
        await store.close();
        await rm(path, { recursive: true });
      };
      return { stores: [store], dispose };
    },
    undefined,
    40,
  );
});
