/** What Node, gRPC and HTTP clients say of a connection that cannot be had, and what it means to who runs the engine. */
const problems: readonly (readonly [said: RegExp, what: string, mend: string])[] = [
  [/ECONNREFUSED/, "nobody listens at its address", "check that it runs, and its address"],
  [/ENOTFOUND|EAI_AGAIN|Name resolution failed/, "there is no such host", "check its address"],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no way to its host", "check the network, and its address"],
  [
    /ETIMEDOUT|Connect Timeout|UND_ERR_CONNECT_TIMEOUT/,
    "its host does not answer",
    "check the network, and its address",
  ],
];

/** What is wrong with the way to a server, by the message or code of the failed connection; undefined if it is something else. */
export function networkProblem(said: string): { readonly what: string; readonly mend: string } | undefined {
  const found = problems.find(([pattern]) => pattern.test(said));
  return found && { what: found[1], mend: found[2] };
}

/** What was said of a failed connection, with what it means and how to mend it where that is known. */
export function withMend(said: string): string {
  const problem = networkProblem(said);
  return problem === undefined ? said : `${said}: ${problem.what}; ${problem.mend}`;
}
