import type { Asked } from "../../support/thirty-two/asked.ts";
import { services } from "../../support/thirty-two/layout.ts";

/**
 * How long the longest chain of one decision's requests took by the services' own clocks: no engine can be faster.
 * @param asked all that one decision asked.
 */
export function criticalPathMs(asked: readonly Asked[]): number {
  const took = new Map(asked.map(({ service, tookMs }) => [service, tookMs]));
  const ends = new Map<string, number>();
  for (const { name, after } of services)
    ends.set(name, (took.get(name) ?? 0) + Math.max(0, ...after.map((each) => ends.get(each)!)));
  return Math.max(...ends.values());
}
