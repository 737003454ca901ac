import assert from "node:assert/strict";
import { fixtureFlags } from "../support/fixtures.ts";
import { runVerdict } from "../support/run-verdict.ts";

const graph = (...args: readonly string[]) => runVerdict(["policy", "graph", ...args, ...fixtureFlags]);

describe("verdict policy graph", () => {
  it("prints what a policy fetches", async () => {
    const { code, out, err } = await graph("payments");
    assert.deepEqual([code, err], [0, ""]);
    assert.match(out, /^payments: 3 fetches, longest chain 1\n {2}from the event\n {4}\w+ \(/);
  });

  it("prints JSON and Mermaid", async () => {
    const [only] = JSON.parse((await graph("--json")).out) as { policy: string; nodes: object[] }[];
    assert.equal(only?.policy, "payments");
    assert.ok(only.nodes.length > 3);
    assert.match((await graph("--mermaid")).out, /^%% payments\nflowchart LR\n/);
  });

  it("refuses both at once, and a policy that is not there", async () => {
    assert.equal((await graph("--json", "--mermaid")).code, 2);
    assert.match((await graph("elsewhere")).err, /there is no policy elsewhere; known: payments/);
  });
});
