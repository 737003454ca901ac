import assert from "node:assert/strict";
import fc from "fast-check";
import { Missing } from "../../src/domain/feature.ts";
import type { NodeAnswer } from "../../src/features/plan.ts";
import { runs } from "../support/property.ts";
import { gatheringOf, type Node, ok, turn } from "./support/graph.ts";

/** How a node behaves, and after how many turns of the event loop. */
const behaviours = ["answers", "is missing", "rejects", "throws", "at once", "never"] as const;
type Behaviour = (typeof behaviours)[number];

const graph = fc.array(
  fc.record({
    waitsFor: fc.array(fc.nat(20), { maxLength: 3 }),
    kind: fc.constantFrom("source", "derived", "model"),
    behaviour: fc.constantFrom<Behaviour>("answers", "answers", "answers", ...behaviours),
    turns: fc.nat(4),
  }),
  { minLength: 1, maxLength: 9 },
);

async function behave(behaviour: Behaviour, turns: number): Promise<NodeAnswer> {
  for (let left = turns; left > 0; left--) await turn();
  if (behaviour === "rejects") throw new Error("down");
  if (behaviour === "never") return new Promise(() => {});
  return ok(behaviour === "answers" ? 1 : Missing.not_found);
}

describe("gathering any graph, whatever its sources do", () => {
  for (const settles of [false, true]) {
    it(settles ? "ends when settled" : "sets every feature, each node begun after its inputs", async () => {
      await fc.assert(
        fc.asyncProperty(graph, fc.nat(3), async (parts, patience) => {
          const begun: string[] = [];
          const violations: string[] = [];
          const nodes = parts.map(({ waitsFor, kind, behaviour, turns }, at): Node => {
            const inputs = at === 0 ? ["event"] : waitsFor.map((other) => `n${other % at}`);
            return {
              name: `n${at}`,
              kind,
              inputs,
              timeoutMs: 15,
              run: (values) => {
                begun.push(`n${at}`);
                if (values.includes(undefined as never)) violations.push(`n${at} began before its inputs`);
                if (kind !== "model" && values.some((value) => value instanceof Missing))
                  violations.push(`n${at} began without its inputs`);
                if (behaviour === "throws") throw new Error("down");
                return behaviour === "at once" ? ok(1) : behave(behaviour, turns);
              },
            };
          });
          const { gathering, all, context, plan } = gatheringOf(nodes, 30);
          let asked = 0;
          const settled = await gathering.until(
            all,
            settles ? () => (++asked > patience ? new Set() : all) : undefined,
          );
          if (settled) gathering.abandon();
          const after = [...begun];
          await turn();
          await turn();

          assert.deepEqual(violations, []);
          assert.equal(new Set(begun).size, begun.length, "a node ran twice");
          assert.deepEqual(begun, settled ? after : begun, "a node began after the end");
          assert.deepEqual([...gathering.timings.map(({ node }) => node)].sort(), [...all].sort());
          for (const { name } of settled ? [] : plan.slots) assert.notEqual(context.state(name), "pending");
          for (const { startMs, endMs } of gathering.timings) assert.ok(startMs <= endMs);
        }),
        runs(120),
      );
    });
  }
});
