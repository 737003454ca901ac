import { Latencies } from "../domain/latencies.ts";
import type { Plan } from "./plan.ts";

/**
 * How much of a decision's time fetches must leave for what runs after them and also without them: models. Learned from
 * decisions. A fetch that is given up for want of a model's time is missing in the score; a model without its time is a
 * missing score. What cannot run without a fetch gains nothing when that is given up earlier: nothing is kept for it.
 */
export class Pace {
  readonly #plan: Plan;
  /** Of the nodes that run without their inputs. */
  readonly #latencies: ReadonlyMap<number, Latencies>;
  /** By node. */
  readonly #reservesMs: Float64Array;

  constructor(plan: Plan) {
    this.#plan = plan;
    this.#latencies = new Map(plan.nodes.flatMap(({ needsAll }, at) => (needsAll ? [] : [[at, new Latencies()]])));
    this.#reservesMs = new Float64Array(plan.nodes.length);
  }

  /** A node answered after so many milliseconds. */
  answered(node: number, ms: number): void {
    const latencies = this.#latencies.get(node);
    if (latencies === undefined) return;
    const before = latencies.p95;
    latencies.record(ms);
    if (latencies.p95 !== before) this.#reserve();
  }

  /** What comes after a node takes, in 19 of 20 decisions, at most; in milliseconds, 0 while too little is known. */
  reserveMs(node: number): number {
    return this.#reservesMs[node]!;
  }

  /** The longest way from each node to the end; nodes come after what they wait for. */
  #reserve(): void {
    const { nodes, consumers } = this.#plan;
    for (let at = nodes.length - 1; at >= 0; at -= 1) {
      let longest = 0;
      for (const slot of nodes[at]!.outputs)
        for (const consumer of consumers[slot]!)
          longest = Math.max(longest, this.#reservesMs[consumer]! + (this.#latencies.get(consumer)?.p95 ?? 0));
      this.#reservesMs[at] = longest;
    }
  }
}
