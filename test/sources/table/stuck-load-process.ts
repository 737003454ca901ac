/** Begins to load a file, reports after the first batch, and then goes no further. */
import { loadTable } from "../../../src/sources/table/load.ts";
import { generationColumns } from "./generations.ts";

const [dataDir, file] = process.argv.slice(2);
await loadTable({
  dataDir: dataDir!,
  name: "customers",
  file: file!,
  key: ["id"],
  columns: generationColumns,
  onProgress() {
    process.send!("loading", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
  },
});
