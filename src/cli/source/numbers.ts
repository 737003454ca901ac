import { InvalidArgumentError } from "commander";

/** A number over 0, for flags. */
export function positive(text: string): number {
  const number = Number(text);
  if (text.trim() === "" || !(number > 0 && number < 1e9)) throw new InvalidArgumentError("It is a number over 0.");
  return number;
}

/** A whole number from 1 on. */
export function wholePositive(text: string): number {
  const number = positive(text);
  if (!Number.isInteger(number)) throw new InvalidArgumentError("It is a whole number.");
  return number;
}
