/** What is wrong, and how to mend it. Never with the entry itself: entries are cards and customers, and problems are logged. */
export interface ListFault {
  readonly problem: string;
  readonly mend: string;
}

export interface ListProblem extends ListFault {
  /** Counted from 1; 0 when the problem is not in one line. */
  readonly line: number;
}

/** The first problems of a file, and how many there are in all. */
export interface ListProblems {
  readonly shown: readonly ListProblem[];
  readonly count: number;
}

/** Problems shown in full; the others are only counted. */
const shownAtMost = 10;

/** Collects problems without growing with their number. */
export class ProblemCounter implements ListProblems {
  readonly shown: ListProblem[] = [];
  count = 0;

  add(line: number, { problem, mend }: ListFault): void {
    this.count += 1;
    if (this.shown.length < shownAtMost) this.shown.push({ line, problem, mend });
  }
}

/** `file:line: problem: mend`, a line for each. */
export function formatProblems(file: string, { shown, count }: ListProblems): string {
  const lines = shown.map(({ line, problem, mend }) => `${line > 0 ? `${file}:${line}` : file}: ${problem}: ${mend}`);
  if (count > shown.length) lines.push(`${file}: and ${count - shown.length} more problems`);
  return lines.join("\n");
}
