/** Adds entries to a list one by one and tells of each; or takes the right to edit it and goes no further. */
import { addEntries } from "../../../src/sources/list/edit.ts";
import { lockForEdit } from "../../../src/sources/list/edit-lock.ts";

const [file, prefix, count] = process.argv.slice(2);
if (count === undefined) {
  await lockForEdit(file!);
  process.send!("locked", () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0));
} else {
  for (let at = 0; at < Number(count); at += 1) {
    await addEntries(file!, new Map([[`${prefix}-${at}`, Number.POSITIVE_INFINITY]]));
    process.send!(`${prefix}-${at}`);
  }
  process.disconnect();
}
