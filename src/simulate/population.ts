import { uniform } from "./distributions.ts";
import type { Random } from "./random.ts";

/** One card holder's habits. */
export interface Customer {
  readonly index: number;
  readonly meanAmount: number;
  readonly purchasesADay: number;
  /** Indexes of the terminals within reach, ascending. */
  readonly reach: readonly number[];
}

interface Place {
  readonly x: number;
  readonly y: number;
}

/** How many live on how large a square; `side` is in the units of `radius`. */
export interface World {
  readonly customers: number;
  readonly terminals: number;
  readonly side: number;
}

/** How far a customer goes. On the handbook's square about 78 terminals are within it. */
const radius = 5;

/** Customers and terminals at random places of the square, each customer with the terminals within reach. */
export function populate(world: World, random: Random): readonly Customer[] {
  const place = (): Place => ({ x: uniform(random, 0, world.side), y: uniform(random, 0, world.side) });
  const terminals = Array.from({ length: world.terminals }, place);
  return Array.from({ length: world.customers }, (_, index) => ({
    index,
    reach: withinReach(place(), terminals),
    meanAmount: uniform(random, 5, 100),
    purchasesADay: uniform(random, 0, 4),
  }));
}

function withinReach(home: Place, terminals: readonly Place[]): readonly number[] {
  const reach: number[] = [];
  terminals.forEach(({ x, y }, index) => {
    if ((x - home.x) ** 2 + (y - home.y) ** 2 < radius ** 2) reach.push(index);
  });
  return reach;
}
