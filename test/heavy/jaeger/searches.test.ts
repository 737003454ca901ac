import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { toFields } from "../../../src/client/value.ts";
import type { DecideResponse__Output } from "../../../src/server/generated/verdict/v1/DecideResponse.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { startEngine } from "../../support/engine.ts";
import { startDeviceService } from "../../support/jaeger/device-service.ts";
import { type Jaeger, startJaeger } from "../../support/jaeger/jaeger.ts";

const guide = new URL("../../../deploy/jaeger/README.md", import.meta.url);

/** The searches of the guide: what each is to find, and its tags as they stand there. */
async function searches(): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(guide, "utf8");
  const table = text.slice(text.indexOf("## Searches")).matchAll(/^\| ([^|]+) \| `([^`|]+)` \|$/gm);
  return new Map([...table].map(([, what, tags]) => [what!, tags!]));
}

/** Trace ids that Jaeger finds for tags as its page takes them: `a=b c=d`. */
async function find({ api }: Jaeger, tags: string): Promise<Set<string>> {
  const asJson = Object.fromEntries(tags.split(" ").map((tag) => tag.split("=")));
  const query = new URLSearchParams({ service: "verdict", limit: "1000", tags: JSON.stringify(asJson) });
  const { data } = (await (await fetch(`${api}/traces?${query}`)).json()) as { data: { traceID: string }[] };
  return new Set(data.map(({ traceID }) => traceID));
}

describe("the searches of the guide", () => {
  const clean = cleanUp(after);
  const answers = new Map<string, DecideResponse__Output>();
  let jaeger: Jaeger;

  before(async () => {
    jaeger = await startJaeger(clean);
    const { policiesDir } = await startDeviceService(clean);
    const { client } = await startEngine(clean, { policiesDir, otlpEndpoint: jaeger.otlpEndpoint, traceOneIn: 1 });
    for (const [device, amount] of [
      ["ordinary-1", 10],
      ["ordinary-2", 5_000],
      ["broken-1", 10],
    ] as const) {
      const event = toFields({ device_id: device, amount });
      const answer = await client.decide({ request_id: device, policy: "devices", event });
      answers.set(device, answer);
      await jaeger.trace(answer.trace_id);
    }
  });

  const all = ["ordinary-1", "ordinary-2", "broken-1"];
  const expected: Readonly<Record<string, readonly string[]>> = {
    "declined decisions": ["ordinary-2"],
    "decisions that a failing source or a deadline degraded": ["broken-1"],
    "decisions slower than 99 % of their policy's": [],
    "decisions of one policy": all,
    "decisions for one reason": ["ordinary-2"],
    "fetches of one source that failed": ["broken-1"],
    "decisions that one source held up": all,
    "what was answered from memory": [],
    "decisions that needed not everything": [],
    "one decision by its id": ["ordinary-1"],
    "failures of the engine itself": [],
  };

  it("are all tried", async () => {
    assert.deepEqual([...(await searches()).keys()], Object.keys(expected));
  });

  for (const [what, devices] of Object.entries(expected))
    it(`find ${what}`, async () => {
      const tags = (await searches()).get(what)!.replace("=ID", `=${answers.get("ordinary-1")!.decision_id}`);
      const ids = devices.map((device) => answers.get(device)!.trace_id);
      assert.deepEqual(await find(jaeger, tags), new Set(ids));
    });
});
