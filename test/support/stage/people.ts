/**
 * Who is decided about on the stage. What each source knows of a person follows from the person's number, so that an
 * answer can be told right or wrong by itself; of those of the second kind every source that is told to says nonsense.
 */
export const people = 60;

/** `c7`, or `w7` for one of whom nonsense is said. */
export function personOf(number: number, isWrong = false): string {
  return `${isWrong ? "w" : "c"}${number}`;
}

export function everybody(isWrong = false): string[] {
  return Array.from({ length: people }, (_, number) => personOf(number, isWrong));
}

export function isWrong(person: string): boolean {
  return person.startsWith("w");
}

export function numberOf(person: string): number {
  return Number(person.slice(1));
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
  return numberOf(person) + 1 + (isWrong(person) ? wrongFrom : 0);
}

export function isWrongAmount(amount: number): boolean {
  return amount >= wrongFrom;
}
