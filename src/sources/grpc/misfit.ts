/** What does not fit between a source's entry and its service, and how to mend it. */
export class Misfit extends Error {
  override readonly name = "Misfit";
  readonly fix: string;
  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/** A misfit as the error of a fetch. */
export function asError({ message, fix }: Misfit): Error {
  return new Error(`${message}; ${fix}`);
}
