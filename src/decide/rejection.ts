import { DocumentError } from "../documents/problem.ts";
import { type BundleFolders, type Change, nameInBundle } from "./bundle-files.ts";
import { PolicyTestError } from "./test-policy.ts";

/** One thing that keeps what is on disk from deciding. */
interface RejectedProblem {
  /** From 1; 0 when it is not at one place of the text. */
  readonly line: number;
  readonly column: number;
  /** JSON path, `$` being the document. */
  readonly path: string;
  readonly message: string;
  /** How to mend it. */
  readonly mend: string;
}

interface RejectedFile {
  /** Its name in the bundle (`policies/card-authorization.json`), or `bundle` for what is in no file. */
  readonly file: string;
  /** Against what decides. */
  readonly change: Change;
  /** None if the file changed and is good, and waits for others to be mended. */
  readonly problems: readonly RejectedProblem[];
}

/** Why what is on disk does not decide, for every file that changed or has a problem. */
export interface Rejection {
  /** All of it as one text, for people. */
  readonly reason: string;
  /** Milliseconds since the epoch. */
  readonly since: number;
  readonly files: readonly RejectedFile[];
}

/**
 * What an error at loading or examining a bundle says, file by file in the order of names.
 * @param changes the files that differ from those of the deciding bundle.
 */
export function rejectionOf(
  error: unknown,
  changes: ReadonlyMap<string, Change>,
  folders: BundleFolders,
  since: number,
): Rejection {
  const files = new Map<string, RejectedProblem[]>([...changes.keys()].map((name) => [name, []]));
  for (const { file, ...problem } of problemsOf(error, (each) => nameInBundle(each, folders))) {
    const problems = files.get(file) ?? [];
    problems.push(problem);
    files.set(file, problems);
  }
  return {
    reason: error instanceof Error ? error.message : String(error),
    since,
    files: [...files]
      .map(([file, problems]) => ({ file, change: changes.get(file) ?? "unchanged", problems }))
      .sort((left, right) => (left.file < right.file ? -1 : 1)),
  };
}

function problemsOf(error: unknown, nameOf: (file: string) => string): (RejectedProblem & { readonly file: string })[] {
  if (error instanceof DocumentError)
    return error.problems.map(({ file, fix, ...problem }) => ({ file: nameOf(file), ...problem, mend: fix }));
  if (error instanceof PolicyTestError)
    return error.failed.flatMap(({ file, line, index, name, failures }) =>
      failures.map((failure) => ({
        file: nameOf(file),
        line,
        column: 1,
        path: `$.tests[${index}]`,
        message: `the test "${name}" fails: ${failure}`,
        mend: "correct the rules, or what the test expects",
      })),
    );
  return [
    {
      file: "bundle",
      line: 0,
      column: 0,
      path: "$",
      message: error instanceof Error ? error.message : String(error),
      mend: "the documents themselves may be good: remove the cause; they are tried again by themselves",
    },
  ];
}
