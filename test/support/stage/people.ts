/**
 * Who is decided about on the stage. What each source knows of a person follows from the person's number, so that an
 * answer can be told right or wrong by itself. Of some people one source says nonsense, and all others the truth.
 */
const sources = ["http", "grpc", "redis", "model", "table", "aggregates"] as const;
export type Source = (typeof sources)[number];

export const people = 60;

/** `ok-7`, or `http-7` for one of whom the http source says nonsense. */
export function personOf(number: number, wrongIn: Source | "ok" = "ok"): string {
  return `${wrongIn}-${number}`;
}

/** All of whom one source says nonsense. */
export function wronged(by: Source): string[] {
  return Array.from({ length: people }, (_, number) => personOf(number, by));
}

/** All of whom a source says the truth. */
export function knownTo(source: Source): string[] {
  return everybody().filter((person) => !isWrong(person, source));
}

export function everybody(): string[] {
  return (["ok", ...sources] as const).flatMap((kind) =>
    Array.from({ length: people }, (_, number) => personOf(number, kind)),
  );
}

export function isWrong(person: string, source: Source): boolean {
  return person.startsWith(`${source}-`);
}

export function numberOf(person: string): number {
  return Number(person.slice(person.indexOf("-") + 1));
}

/** What services say of a person: 0 to 1. */
export function riskOf(person: string): number {
  return numberOf(person) / 1000;
}

/** Who is on the list. */
export function isListed(person: string): boolean {
  return numberOf(person) % 2 === 0;
}

/** A server of models sees no names, only amounts: nonsense is said of those from here on. */
const wrongFrom = 1000;

export function amountOf(person: string): number {
  return numberOf(person) + 1 + (isWrong(person, "model") ? wrongFrom : 0);
}

export function isWrongAmount(amount: number): boolean {
  return amount >= wrongFrom;
}
