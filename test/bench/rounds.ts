/** One side of a comparison: does its work and says what it cost, in the unit of the comparison. */
export interface Side {
  readonly name: string;
  measure(): Promise<number>;
}

/** Measures both sides in turn, A B A B …, and prints each round and the ratio of the medians. */
export async function compare(title: string, unit: string, baseline: Side, other: Side, rounds = 3): Promise<void> {
  const costs = { baseline: [] as number[], other: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    costs.baseline.push(await baseline.measure());
    costs.other.push(await other.measure());
  }
  const show = (values: readonly number[]) => values.map((value) => value.toPrecision(3)).join(", ");
  const ratio = median(costs.other) / median(costs.baseline);
  process.stdout.write(
    `${title} (${unit})\n  A ${baseline.name}: ${show(costs.baseline)}\n  B ${other.name}: ${show(costs.other)}\n  B/A ${ratio.toPrecision(3)}, A/B ${(1 / ratio).toPrecision(3)}\n`,
  );
}

function median(values: readonly number[]): number {
  return [...values].sort((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
