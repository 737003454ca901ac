import assert from "node:assert/strict";
import { cleanUp } from "../clean-up.ts";
import { until } from "../until.ts";
import { startSentinel } from "./sentinel.ts";

describe("startSentinel", () => {
  const clean = cleanUp();

  it("leads clients to the master, and to the replica when the master is gone", async () => {
    const group = await startSentinel(clean);
    const client = group.client();
    await client.set("a", "1");
    const [master, replica] = group.servers;
    assert.equal(await group.master(), master);
    assert.equal(await master.client().get("a"), "1");
    assert.equal(await client.wait(1, 0), 1);
    await master.kill();
    await until(async () => (await group.master()) === replica);
    assert.equal(await group.client().get("a"), "1");
  });
});
