import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { openAggregateStore } from "../../../src/sources/aggregate/lmdb-store.ts";
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
