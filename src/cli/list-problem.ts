import type { Problem } from "../documents/problem.ts";

/** A problem of a list, or of its file, as of any other document. */
export function toProblem(file: string, line: number, message: string, fix: string): Problem {
  return { file, line, column: line > 0 ? 1 : 0, path: "$", message, fix };
}
