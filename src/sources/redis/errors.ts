import { withMend } from "../network-problem.ts";
import { tlsProblem } from "../tls-problem.ts";

/** An error that Redis answered. Its own text is not shown: it may repeat the key. */
export class ReplyProblem extends Error {
  /** The first word of what it said, such as WRONGTYPE. */
  readonly code: string;
  constructor(code: string) {
    super(`Redis answers ${code}${hints[code] ?? ""}`);
    this.name = "ReplyProblem";
    this.code = code;
  }
}

const hints: Readonly<Record<string, string>> = {
  CLUSTERDOWN: ": the cluster has no master for some of its slots; see CLUSTER INFO",
  LOADING: ": it still reads its data from disk",
  MASTERDOWN: ": it is a replica without its master",
  NOAUTH: ": it asks for a password; give it in the connection",
  NOPERM:
    ": the ACL of the user does not allow it to read these keys (needed: GET, HMGET, SMISMEMBER for lists, INFO, and CLUSTER in a cluster)",
  WRONGPASS: ": it does not know this user and password; correct the connection",
  DENIED: ": it is in protected mode; give it a password, or let it listen on the right address",
};

/** The first word of an error that Redis answered; undefined of an error of another origin. */
export function replyCode(error: Error): string | undefined {
  return error.name === "ReplyError" ? (/^[A-Z][A-Z0-9_]*/.exec(error.message)?.[0] ?? "ERR") : undefined;
}

/** The least that can be said. */
export const connectionClosed = "the connection was closed";

/** What is wrong with a connection, for operators: never a key or a value, which some of the library's texts repeat. */
export function describeTrouble(error: Error): string {
  const code = replyCode(error);
  if (code !== undefined)
    return isSelect(error)
      ? "the database of the connection cannot be selected; a server has 16 (0 to 15) unless configured otherwise, a cluster one"
      : new ReplyProblem(code).message;
  if (isOutOfStep(error)) return "it sends replies that nobody asked for";
  if (error.message.startsWith("Unknown RESP type")) return "what answers is no Redis: it does not speak its protocol";
  if (/^Socket timeout|^Command timed out/.test(error.message)) return "it owes answers and sends nothing";
  if (/^Connection is closed|maxRetriesPerRequest|isn't writeable/.test(error.message)) return connectionClosed;
  if ("lastNodeError" in error && error.lastNodeError instanceof Error)
    return `none of the nodes answers; the last: ${describeTrouble(error.lastNodeError)}`;
  const { code: system } = error as NodeJS.ErrnoException;
  return tlsProblem(error.message) ?? withMend(error.message || system || error.name);
}

/** Whether a client that says this may have mixed up replies, or asks another database than it should. */
export function mustReconnect(error: Error): boolean {
  return isOutOfStep(error) || isSelect(error);
}

function isOutOfStep({ message }: Error): boolean {
  return message.startsWith("Command queue state error");
}

function isSelect(error: Error): boolean {
  return (error as { command?: { name?: string } }).command?.name === "select";
}
