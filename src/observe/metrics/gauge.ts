import type { Described, Family, Sample } from "./family.ts";
import { type Labels, type LoadedNames, Series } from "./series.ts";

const seriesLimit = 1_000;

/** One series of a gauge. */
class Level {
  #read: () => number = () => 0;

  set(value: number): void {
    this.#read = () => value;
  }

  /** The value is asked for when metrics are. */
  follow(read: () => number): void {
    this.#read = read;
  }

  get value(): number {
    return this.#read();
  }
}

/** A number that rises and falls. */
export class Gauge<Names extends Labels = Labels> implements Family {
  readonly type = "gauge";
  readonly name: string;
  readonly help: string;
  readonly labels: Names;
  readonly #series: Series<Level>;

  constructor({ name, help, labels }: Described<Names>) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.#series = new Series(labels, () => new Level(), seriesLimit);
  }

  at(...values: readonly string[]): Level {
    return this.#series.at(...values);
  }

  /** Forgets all series. */
  clear(): void {
    this.#series.clear();
  }

  samples(): Sample[] {
    return [...this.#series].map(([labels, { value }]) => ({ labels, value }));
  }

  retain(loaded: LoadedNames): void {
    this.#series.retain(loaded);
  }
}
