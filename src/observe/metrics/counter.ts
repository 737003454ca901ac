import type { Described, Family, Sample } from "./family.ts";
import { type Labels, type LoadedNames, Series } from "./series.ts";

/** More would be more than anybody looks at, and weigh on whoever stores them. */
const seriesLimit = 2_000;

/** One series of a counter. */
class Count {
  value = 0;

  inc(by = 1): void {
    this.value += by;
  }
}

/** A number that only rises. */
export class Counter<Names extends Labels = Labels> implements Family {
  readonly type = "counter";
  readonly name: string;
  readonly help: string;
  readonly labels: Names;
  readonly #series: Series<Count>;

  constructor({ name, help, labels }: Described<Names>) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.#series = new Series(labels, () => new Count(), seriesLimit);
  }

  at(...values: readonly string[]): Count {
    return this.#series.at(...values);
  }

  samples(): Sample[] {
    return [...this.#series].map(([labels, { value }]) => ({ labels, value }));
  }

  retain(loaded: LoadedNames): void {
    this.#series.retain(loaded);
  }
}
