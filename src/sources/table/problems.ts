/** One thing that keeps a file from being loaded: where it is, what is wrong, and how to mend it. */
export interface LoadProblem {
  /** The data row, counted from 1 (a CSV header is not a row). */
  readonly row?: number | undefined;
  /** The line of a text file on which the row begins, counted from 1. */
  readonly line?: number | undefined;
  readonly column?: string | undefined;
  /** The value found, shortened. */
  readonly value?: string | undefined;
  readonly problem: string;
  readonly mend: string;
}

/** Problems shown in full; the others are only counted. */
const shownAtMost = 10;

/** A table was not loaded; what was served before is served still. The message names every problem kept. */
export class TableLoadError extends Error {
  override readonly name = "TableLoadError";
  /** The first problems, in the order of the file. */
  readonly problems: readonly LoadProblem[];
  /** How many there are in all. */
  readonly problemCount: number;

  constructor(table: string, file: string, problems: readonly LoadProblem[], problemCount: number) {
    const noun = problemCount === 1 ? "problem" : "problems";
    const lines = problems.map((problem) => `  ${problemLine(problem)}`);
    if (problemCount > problems.length) lines.push(`  and ${problemCount - problems.length} more`);
    super([`table ${table} is as it was: ${file} was not loaded, ${problemCount} ${noun}`, ...lines].join("\n"));
    this.problems = problems;
    this.problemCount = problemCount;
  }
}

/** What makes the rest of a file unreadable; reading stops here. */
export class UnreadableFile extends Error {
  override readonly name = "UnreadableFile";
  readonly problem: LoadProblem;

  constructor(problem: LoadProblem) {
    super(problemLine(problem));
    this.problem = problem;
  }
}

/** Collects problems without growing with their number. */
export class ProblemList {
  readonly shown: LoadProblem[] = [];
  count = 0;

  addAll(problems: readonly LoadProblem[]): void {
    this.count += problems.length;
    this.shown.push(...problems.slice(0, shownAtMost - this.shown.length));
  }
}

/** A value as it is shown in a problem: JSON, at most 40 characters of it. */
export function shortened(value: unknown): string {
  const text = describeValue(value);
  return text.length <= 40 ? text : `${text.slice(0, 40)}…`;
}

function describeValue(value: unknown): string {
  if (typeof value === "bigint" || typeof value === "number") return String(value);
  if (value instanceof Uint8Array) return `${value.length} bytes`;
  return (
    JSON.stringify(value, (_key, inner: unknown) => (typeof inner === "bigint" ? String(inner) : inner)) ?? "nothing"
  );
}

function problemLine({ row, line, column, value, problem, mend }: LoadProblem): string {
  const where: string[] = [];
  if (row !== undefined) where.push(line === undefined ? `row ${row}` : `row ${row} (line ${line})`);
  else if (line !== undefined) where.push(`line ${line}`);
  if (column !== undefined) where.push(`column ${column}`);
  const place = where.length === 0 ? "" : `${where.join(", ")}: `;
  return `${place}${value === undefined ? "" : `${value} `}${problem}: ${mend}`;
}
