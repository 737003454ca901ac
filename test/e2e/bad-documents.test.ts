import assert from "node:assert/strict";
import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { cleanUp } from "../support/clean-up.ts";
import { fixtures } from "../support/fixtures.ts";
import { identityGraph } from "../support/onnx.ts";
import { runVerdict } from "../support/run-verdict.ts";

describe("verdict serve", () => {
  const clean = cleanUp();
  let folder: string;
  let policies: string;
  let models: string;
  beforeEach(async () => {
    folder = await clean.folder();
    policies = path.join(folder, "policies");
    models = path.join(folder, "models");
    await cp(fixtures.policiesDir, policies, { recursive: true });
  });

  const free = "127.0.0.1:0";
  const serve = () =>
    runVerdict(["serve", "--policies", policies, "--models", models, "--data", folder, "--grpc", free, "--http", free]);

  async function edit(name: string, from: string, to: string): Promise<void> {
    const file = path.join(policies, name);
    const text = await readFile(file, "utf8");
    assert.ok(text.includes(from));
    await writeFile(file, text.replace(from, to));
  }

  async function writeModel(inputs: readonly object[], columns: number): Promise<void> {
    const home = path.join(models, "echo", "1");
    await mkdir(home, { recursive: true });
    await writeFile(path.join(home, "model.onnx"), identityGraph(columns));
    const manifest = {
      name: "echo",
      version: "1",
      format: "onnx",
      opset: { "": 13 },
      tensor: { name: "x", type: "float32" },
      inputs,
      output: { tensor: "y", index: 0, type: "double" },
    };
    await writeFile(path.join(home, "manifest.json"), JSON.stringify(manifest));
  }

  it("does not start on bad documents, and shows every error with its place and mend", async () => {
    await edit("features.json", '"window": "1d"', '"window": "60d"');
    await edit("payments.json", '"fact": "share_of_day"', '"fact": "share_of_dya"');
    await edit("payments.json", '"type": "decline", "params"', '"type": "declined", "params"');
    await edit("payments.json", '"default": "approve"', '"default": "allow"');
    const { code, out, err } = await serve();
    assert.equal(code, 3);
    assert.equal(out, "");
    assert.equal(
      err,
      [
        "4 problems:",
        `${policies}/features.json:17:76 $.features.customer_count_1d.window: window and delay reach further back than customer_spend retains (30d)`,
        "    mend: shorten the window or raise retain",
        `${policies}/payments.json:6:3 $.default: there is no outcome "allow"`,
        "    mend: use one of decline, review, approve, or declare it under outcomes",
        `${policies}/payments.json:20:18 $.rules[0].event.type: there is no outcome "declined"`,
        '    mend: did you mean "decline"?',
        `${policies}/payments.json:17:13 $.rules[0].conditions.all[1].fact: there is no feature "share_of_dya"`,
        '    mend: did you mean "share_of_day"?',
        "",
      ].join("\n"),
    );
  });

  it("does not start on text that is no JSON", async () => {
    await writeFile(path.join(policies, "broken.json"), '{\n  "id": "broken",\n  // a comment\n}\n');
    const { code, err } = await serve();
    assert.equal(code, 3);
    assert.match(err, /broken\.json:3:3 \$: not valid JSON: comments are not allowed\n {4}mend: /);
  });

  it("does not start on a model whose inputs are not in the catalogue, or not of its type", async () => {
    const inputs = ["amount", "amuont", "home_country"].map((name) => ({ name, type: "double", missing: "nan" }));
    await writeModel(inputs, 3);
    const { code, err } = await serve();
    assert.equal(code, 3);
    assert.match(
      err,
      /^1 problem:\n.*models\/echo\/1\/manifest\.json.* \$\.inputs.*: inputs do not fit the catalogue: amuont, home_country; /,
    );
    assert.match(err, /\n {4}mend: /);
  });

  it("does not start on a model whose inputs do not fit its graph", async () => {
    await writeModel([{ name: "amount", type: "double", missing: "nan" }], 2);
    const { code, err } = await serve();
    assert.equal(code, 3);
    assert.match(
      err,
      /manifest\.json:\d+:\d+ \$\.inputs: the inputs do not fit the graph: the manifest has 1 inputs \(amount\)/,
    );
  });

  it("does not start without policies, and says how to name their folder", async () => {
    policies = path.join(folder, "none");
    const { code, err } = await serve();
    assert.equal(code, 3);
    assert.match(
      err,
      /none \$: the folder of policies cannot be read \(ENOENT\)\n {4}mend: give the folder with --policies or VERDICT_POLICIES_DIR/,
    );
  });
});
