/** An outcome and the code of its reason, as loaded or as written. */
interface Answer {
  readonly outcome: string;
  readonly reason?: string | undefined;
}

/** What an answer does: `Declines (R01)`. */
export function explainAnswer({ outcome, reason }: Answer): string {
  const verb = verbs.get(outcome) ?? `Asks for ${outcome}`;
  return reason === undefined ? verb : `${verb} (${reason})`;
}

/** What an answer is: `decline (R01)`. */
export function nameAnswer({ outcome, reason }: Answer): string {
  return reason === undefined ? outcome : `${outcome} (${reason})`;
}

/** Outcomes that are verbs. Policies may name theirs otherwise: those are asked for. */
const verbs: ReadonlyMap<string, string> = new Map([
  ["accept", "Accepts"],
  ["allow", "Allows"],
  ["approve", "Approves"],
  ["block", "Blocks"],
  ["challenge", "Challenges"],
  ["decline", "Declines"],
  ["deny", "Denies"],
  ["escalate", "Escalates"],
  ["flag", "Flags"],
  ["hold", "Holds"],
  ["refer", "Refers"],
  ["reject", "Rejects"],
  ["review", "Reviews"],
  ["verify", "Verifies"],
]);
