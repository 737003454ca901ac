import type { Described } from "./family.ts";
import { Labelled } from "./labelled.ts";
import type { Labels } from "./series.ts";

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
export class Counter<Names extends Labels = Labels> extends Labelled<Count, Names> {
  readonly type = "counter";

  constructor(described: Described<Names>) {
    super(described, () => new Count(), seriesLimit);
  }
}
