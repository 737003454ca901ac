import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { type Handler, protoPath, startServer, type TestServer } from "../sources/grpc/support.ts";
import { cleanUp } from "../support/clean-up.ts";
import { type RunningEngine, startEngine } from "../support/engine.ts";
import { fixtures, payment } from "../support/fixtures.ts";
import type { Infer } from "../support/inference-server.ts";
import { startInferenceServer } from "../support/inference-server.ts";
import { until } from "../support/until.ts";

describe("an engine that asks gRPC services", () => {
  const clean = cleanUp();
  let folders: { policiesDir: string; modelsDir: string };
  let handler: Handler;
  let infer: Infer;
  let cards: TestServer;
  let engine: RunningEngine;
  let sent = 0;

  beforeEach(async () => {
    const folder = await clean.folder();
    folders = { policiesDir: path.join(folder, "policies"), modelsDir: path.join(folder, "models") };
    handler = (_, answer) => answer(null, { risk: 0.25 });
    infer = ({ request }, answer) => {
      const [risk] = request.inputs[0]!.contents!.fp64_contents as [number];
      answer(null, {
        outputs: [{ name: "y", datatype: "FP64", shape: [1, 1], contents: { fp64_contents: [risk * 2] } }],
      });
    };
    cards = await startServer(clean, (call, answer) => handler(call, answer));
    const models = await startInferenceServer(clean, (call, answer) => infer(call, answer));
    await writeDocuments();
    engine = await startEngine(clean, { ...folders, reloadMs: 50 }, { CARDS: cards.address, MODELS: models });
  });

  async function writeDocuments(): Promise<void> {
    await cp(fixtures.policiesDir, folders.policiesDir, { recursive: true });
    await mkdir(path.join(folders.policiesDir, "protos"));
    await cp(protoPath("issuer.proto"), path.join(folders.policiesDir, "protos/issuer.proto"));
    await cp(protoPath("shared"), path.join(folders.policiesDir, "protos/shared"), { recursive: true });
    const home = path.join(folders.modelsDir, "doubled/1");
    await mkdir(home, { recursive: true });
    const manifest = {
      name: "doubled",
      version: "1",
      runtime: { kind: "open-inference", address: "${MODELS}", model: "doubled" },
      tensor: { name: "x", type: "float64" },
      inputs: [{ name: "card_risk", type: "double", missing: "refuse" }],
      output: { tensor: "y", index: 0, type: "double" },
    };
    await writeFile(path.join(home, "manifest.json"), JSON.stringify(manifest));
    await edit("features.json", ({ sources, features }) => {
      sources.cards = {
        kind: "grpc",
        address: "${CARDS}",
        method: "issuer.v1.Cards/Get",
        proto: "protos/issuer.proto",
        request: { card_id: "{customer_id}" },
        timeoutMs: 300,
      };
      features.card_risk = { from: "cards", path: "risk", type: "double" };
    });
    await edit("payments.json", (policy) => {
      policy.deadlineMs = 600;
      policy.models = {
        risk_score: { model: "doubled", version: "1", bands: [{ gte: 0.9, outcome: policy.outcomes[0] }] },
      };
      delete policy.tests;
    });
  }

  // biome-ignore lint/suspicious/noExplicitAny: documents are edited as their text has them.
  async function edit(name: string, change: (document: any) => void): Promise<void> {
    const file = path.join(folders.policiesDir, name);
    const document = JSON.parse(await readFile(file, "utf8"));
    change(document);
    await writeFile(file, JSON.stringify(document));
  }

  async function decide() {
    sent += 1;
    const { scores, sources } = await engine.client.decide(payment(`p${sent}`));
    const statusOf = sources.find(({ name }) => name === "cards")?.status;
    return { score: scores[0]?.value, model: scores[0]?.status, cards: statusOf };
  }

  it("scores a model on one server with a feature of another", async () => {
    assert.deepEqual(await decide(), { score: 0.5, model: "OK", cards: "OK" });
  });

  it("decides without a model that fails, hangs or is not there", async () => {
    infer = (_, answer) => answer({ code: 13 });
    assert.deepEqual(await decide(), { score: undefined, model: "ERROR", cards: "OK" });
    let cancelled = false;
    infer = (call) => call.on("cancelled", () => (cancelled = true));
    assert.deepEqual(await decide(), { score: undefined, model: "ERROR", cards: "OK" });
    await until(() => cancelled);
  });

  it("decides without a source that hangs, and tells its server", async () => {
    let cancelled = false;
    handler = (call) => call.on("cancelled", () => (cancelled = true));
    assert.deepEqual(await decide(), { score: undefined, model: "MISSING_INPUT", cards: "TIMEOUT" });
    await until(() => cancelled);
  });

  it("takes a changed proto over, and refuses one that does not fit", async () => {
    const proto = path.join(folders.policiesDir, "protos/issuer.proto");
    const text = await readFile(proto, "utf8");
    const before = await digest();
    await writeFile(proto, text.replace("double risk = 5;", "double risky = 5;"));
    await until(async () => /has no field .*"risk/.test(JSON.stringify((await status()).rejected ?? "")));
    assert.equal((await decide()).score, 0.5);
    await writeFile(proto, `${text}\n// A remark.\n`);
    await until(async () => (await digest()) !== before);
    assert.equal((await decide()).score, 0.5);
    const peers = new Set(cards.asked.map(({ peer }) => peer));
    assert.equal(peers.size, 1);
  });

  const status = async () =>
    (await (await fetch(`http://${engine.httpAddress}/status`)).json()) as { digest: string; rejected?: object };
  const digest = async () => (await status()).digest;
});
