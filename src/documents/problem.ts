/** One thing that is wrong in a document, with its place and how to mend it. */
export interface Problem {
  readonly file: string;
  /** From 1; 0 when the problem is not at one place of the text (a file that cannot be read). */
  readonly line: number;
  readonly column: number;
  /** JSON path, `$` being the document: `$.features.amount.type`. */
  readonly path: string;
  readonly message: string;
  /** How to mend it. */
  readonly fix: string;
}

/** `file:line:column path: message` and the mend on a second line. */
export function formatProblem(problem: Problem): string {
  const place = problem.line > 0 ? `${problem.file}:${problem.line}:${problem.column}` : problem.file;
  return `${place} ${problem.path}: ${problem.message}\n    mend: ${problem.fix}`;
}

/** Documents that do not load; carries every problem, not the first. */
export class DocumentError extends Error {
  override readonly name = "DocumentError";
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    super(`${problems.length} problem${problems.length === 1 ? "" : "s"}:\n${problems.map(formatProblem).join("\n")}`);
    this.problems = problems;
  }
}
