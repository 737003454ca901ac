import { withMend } from "../network-problem.ts";
import { tlsProblem } from "../tls-problem.ts";

/** The error of a request that got no answer, with how to mend it where that is known. */
export function explained(error: Error & { readonly code?: string }): Error {
  const problem = tlsProblem(error.message);
  if (problem !== undefined) return new Error(`no connection to the server: ${problem}`, { cause: error });
  // A name with several addresses fails with an error of no message, for each has its own.
  const said = error.message || error.code || error.name;
  const mended = withMend(said);
  return mended === error.message ? error : new Error(mended, { cause: error });
}
