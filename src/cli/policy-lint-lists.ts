import { type Finding, findingKinds } from "../policy/lint/finding.ts";

/** The file of a list. */
export interface ListFile {
  readonly name: string;
  readonly file: string;
}

/** Finds lists that no condition asks about. */
export function lintLists(lists: readonly ListFile[], asked: ReadonlySet<string>): Finding[] {
  const code = "unused-list";
  return lists
    .filter(({ name }) => !asked.has(name))
    .map(({ name, file }) => ({
      file,
      line: 1,
      column: 1,
      path: "$",
      code,
      severity: findingKinds[code].severity,
      rule: undefined,
      message: `no policy asks whether anything is in the list ${name}`,
      fix: "remove the file, if nothing is to come",
    }));
}
