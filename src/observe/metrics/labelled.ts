import type { Described, Family, Sample } from "./family.ts";
import { type Labels, type LoadedNames, Series } from "./series.ts";

/** A family whose series are one number each. */
export abstract class Labelled<Point extends { readonly value: number }, Names extends Labels> implements Family {
  abstract readonly type: Family["type"];
  readonly name: string;
  readonly help: string;
  readonly labels: Names;
  protected readonly series: Series<Point>;

  /** @param limit of series; see `Series`. */
  constructor({ name, help, labels }: Described<Names>, makePoint: () => Point, limit: number) {
    this.name = name;
    this.help = help;
    this.labels = labels;
    this.series = new Series(labels, makePoint, limit);
  }

  at(...values: readonly string[]): Point {
    return this.series.at(...values);
  }

  samples(): Sample[] {
    return [...this.series].map(([labels, { value }]) => ({ labels, value }));
  }

  retain(loaded: LoadedNames): void {
    this.series.retain(loaded);
  }
}
