/**
 * Starts an action for each item in order, at most so many at the same time, until the items are used up or an action
 * resolves to "stop"; then waits for those still running.
 */
export async function inFlight<Item>(
  items: Iterable<Item>,
  limit: number,
  action: (item: Item) => Promise<"go on" | "stop">,
): Promise<void> {
  const left = items[Symbol.iterator]();
  let stopped = false;
  const work = async (): Promise<void> => {
    while (!stopped) {
      const next = left.next();
      if (next.done) return;
      if ((await action(next.value)) === "stop") stopped = true;
    }
  };
  await Promise.all(Array.from({ length: limit }, work));
}
