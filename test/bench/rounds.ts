/** Does some work and says what it cost, in the unit of the comparison. */
export type Measure = () => Promise<number>;

/** What a side cost, round by round. */
export type Costs = readonly number[];

/** Measures the sides in turn, A B C A B C …, so that what slows the machine for a while slows them all. */
export async function inTurn<Name extends string>(
  sides: Readonly<Record<Name, Measure>>,
  rounds: number,
): Promise<Readonly<Record<Name, Costs>>> {
  const names = Object.keys(sides) as Name[];
  const costs = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let round = 0; round < rounds; round++) {
    for (const name of names) costs[name].push(await sides[name]());
  }
  return costs;
}

/** How many times the cost of the other side the baseline has: of the medians, and the least and most of a round. */
export function times(baseline: Costs, other: Costs): string {
  const ratios = baseline.map((cost, round) => cost / other[round]!);
  const show = (ratio: number) => ratio.toFixed(ratio < 10 ? 1 : 0);
  return `${show(median(baseline) / median(other))}× (${show(Math.min(...ratios))}–${show(Math.max(...ratios))})`;
}

export function median(values: Costs): number {
  return values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)]!;
}
