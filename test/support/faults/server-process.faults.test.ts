import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { cleanUp } from "../clean-up.ts";
import { until } from "../until.ts";
import { startServerProcess } from "./server-process.ts";
import { isFrozen, isGone, killHard } from "./signals.ts";
import { talkTo } from "./talk.ts";

const echo = new URL("echo-process.ts", import.meta.url);

describe("a server in a process of its own", () => {
  const clean = cleanUp();

  it("answers, freezes with its connections open, and goes on when thawed", async () => {
    const server = await startServerProcess(clean, echo);
    const one = talkTo(clean, server);
    one.send("a");
    await one.heard("a");
    await server.freeze();
    assert.equal(server.isUp(), false);
    one.send("b");
    // The system accepts for it.
    const late = talkTo(clean, server);
    late.send("c");
    await sleep(60);
    assert.deepEqual([one.all(), late.all()], ["a", ""]);
    await server.thaw();
    assert.equal(server.isUp(), true);
    await Promise.all([one.heard("ab"), late.heard("c")]);
  });

  it("killed, refuses connections; restarted, answers at the same port", async () => {
    const server = await startServerProcess(clean, echo);
    const pid = server.pid();
    await server.kill();
    assert.equal(server.isUp(), false);
    assert.equal(await talkTo(clean, server).finished, "ECONNREFUSED");
    await server.restart();
    assert.notEqual(server.pid(), pid);
    const one = talkTo(clean, server);
    one.send("a");
    await one.heard("a");
  });

  it("is killed by killHard, whoever started it, also when it is frozen", async () => {
    const server = await startServerProcess(clean, echo);
    await server.freeze();
    await killHard(server.pid());
    await until(() => !server.isUp());
    await server.restart();
    assert.equal(server.isUp(), true);
  });

  for (const mood of ["", "deaf"]) {
    it(`stops, ${mood === "" ? "asked to" : "also when it does not listen"}, also when frozen`, async () => {
      const server = await startServerProcess(clean, echo, [mood]);
      await server.freeze();
      await server.stop();
      assert.equal(isGone(server.pid()), true);
      await server.stop();
    });
  }

  it("says why it did not start", async () => {
    await assert.rejects(
      startServerProcess(clean, echo, ["broken"]),
      /ended before it answered[\s\S]*the echo is broken/,
    );
    await assert.rejects(
      startServerProcess(clean, "/no/such-process.ts"),
      /ended before it answered[\s\S]*such-process/,
    );
  });

  it("ends with the process that started it, however that ends, even frozen", async () => {
    const parent = fileURLToPath(new URL("parent-process.ts", import.meta.url));
    const child = execFile(process.execPath, [parent]);
    clean.later(() => child.kill("SIGKILL"));
    const pid = Number(await new Promise<string>((resolve) => child.stdout!.once("data", resolve)));
    assert.equal(isFrozen(pid), true);
    child.kill("SIGKILL");
    await until(() => isGone(pid));
  });
});
