import type { Described } from "./family.ts";
import { Labelled } from "./labelled.ts";
import type { Labels } from "./series.ts";

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
export class Gauge<Names extends Labels = Labels> extends Labelled<Level, Names> {
  readonly type = "gauge";

  constructor(described: Described<Names>) {
    super(described, () => new Level(), seriesLimit);
  }

  /** Forgets all series. */
  clear(): void {
    this.series.clear();
  }
}
