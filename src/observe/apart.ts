/** Anything with a beginning and an end, and its parts within. Microseconds. */
interface Spread<Item> {
  readonly startUs: number;
  readonly endUs: number;
  readonly children: readonly Item[];
}

/**
 * Brings siblings to whole microseconds so that none ends in the microsecond in which another starts: Jaeger's critical
 * path drops one of two that share a boundary, and steps in process are often shorter than a microsecond. What came
 * after another still does; children move with their parent. Expects children that are apart already.
 */
export function apart<Item extends Spread<Item>>(siblings: readonly Item[]): Item[] {
  const placed: { measured: Item; item: Item }[] = [];
  for (const measured of siblings.toSorted((left, right) => left.startUs - right.startUs || left.endUs - right.endUs)) {
    const before = placed.filter((other) => other.measured.endUs <= measured.startUs).map(({ item }) => item.endUs + 1);
    let startUs = Math.max(Math.ceil(measured.startUs), ...before);
    while (placed.some(({ item }) => item.endUs === startUs)) startUs += 1;
    const children = measured.children.map((child) => moved(child, startUs - Math.ceil(measured.startUs)));
    let endUs = Math.max(startUs, Math.floor(measured.endUs), ...children.map((child) => child.endUs));
    while (placed.some(({ item }) => item.startUs === endUs)) endUs += 1;
    placed.push({ measured, item: { ...measured, startUs, endUs, children } });
  }
  return placed.map(({ item }) => item);
}

function moved<Item extends Spread<Item>>(item: Item, byUs: number): Item {
  if (byUs === 0) return item;
  const children = item.children.map((child) => moved(child, byUs));
  return { ...item, startUs: item.startUs + byUs, endUs: item.endUs + byUs, children };
}
