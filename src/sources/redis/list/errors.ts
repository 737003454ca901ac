import { ReplyProblem, replyCode } from "../errors.ts";
import { listMark } from "./entry.ts";

/** What is said of a set that is not there, or not as `verdict list add` made it. */
export function lostList(name: string): string {
  return `the set of the list ${name} has no member "${listMark}", so it is lost, or was never made: make it with verdict list add ${name} --create, or add that member last when you fill it`;
}

/** An error of Redis in words for somebody who looks after lists; another as it is. */
export function explained(error: unknown): unknown {
  const code = error instanceof ReplyProblem ? error.code : error instanceof Error ? replyCode(error) : undefined;
  if (code === undefined) return error;
  const hint = hints[code];
  return hint === undefined ? new ReplyProblem(code) : new Error(`Redis answers ${code}: ${hint}`);
}

const hints: Readonly<Record<string, string>> = {
  ERR: "it may be older than 6.2, the first that knows SMISMEMBER",
  NOPERM: "the ACL of the user must allow SMISMEMBER on the list's key (to edit it also SCARD, SADD and SREM)",
  READONLY: "it is a replica, and lists are edited on the master: correct the connection",
  WRONGTYPE: "the key holds something else than a set: see TYPE of it, and correct the key of the list",
};
