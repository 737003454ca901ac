/** Opens the lists in a folder with nothing else to do, tells how many entries they have, and closes them. */
import { openFileLists } from "../../../src/sources/list/file-lists.ts";

const lists = await openFileLists({
  directory: process.argv[2]!,
  everyMs: 1000,
  onLoaded: () => {},
  onProblem: () => {},
});
console.log(
  lists
    .state()
    .map(({ name, loaded }) => `${name} ${loaded?.entries}`)
    .join(),
);
await lists.close();
