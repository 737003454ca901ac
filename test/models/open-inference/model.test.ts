import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { status } from "@grpc/grpc-js";
import { formatPath } from "../../../src/documents/document.ts";
import { type Fetched, Missing } from "../../../src/domain/feature.ts";
import type { RemoteManifest } from "../../../src/models/manifest-schema.ts";
import { openRemoteModel } from "../../../src/models/open-inference/model.ts";
import { connectRemote } from "../../../src/sources/grpc/remote.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { freePort } from "../../support/faults/free-port.ts";
import { type Infer, type Inference, serveGraph, startInferenceServer } from "../../support/inference-server.ts";
import { until } from "../../support/until.ts";
import { linearGraph, linearManifest } from "../fixtures/linear.ts";

const { format: _, opset: __, ...linear } = linearManifest;
const { tensor: ___, ...columns } = linear;
const score = (contents: object, datatype = "FP64", more: object = {}) => ({
  outputs: [
    { name: "other", datatype: "BYTES" },
    { name: "score", datatype, shape: [1, 2], ...contents },
  ],
  ...more,
});

describe("a model on another server", () => {
  const clean = cleanUp();
  const asked: Inference[] = [];
  beforeEach(() => asked.splice(0));

  function open(
    address: string,
    parts: Partial<RemoteManifest> = {},
    runtime: Partial<RemoteManifest["runtime"]> = {},
  ) {
    const problems: string[] = [];
    const manifest: RemoteManifest = {
      ...linear,
      runtime: { kind: "open-inference", address, model: "fraud", version: "7", ...runtime },
      ...parts,
    };
    const model = openRemoteModel(
      manifest,
      (to) =>
        connectRemote(to, (name) => {
          if (name === "TOKEN") return "t0ken";
          throw new Error(`the variable ${name} is not set`);
        }),
      (path, message) => problems.push(`${formatPath(path)}: ${message}`),
    );
    if (model !== undefined) clean.later(() => model.close());
    return { model: model!, problems };
  }
  const start = (infer: Infer) =>
    startInferenceServer(clean, (call, answer) => {
      asked.push(call.request);
      infer(call, answer);
    });

  for (const contents of ["typed", "raw"] as const) {
    it(`scores as the graph does in this process, with ${contents} contents`, async () => {
      const { model } = open(await start(await serveGraph(clean, linearGraph, contents)), {}, { contents });
      const scoring = await model.score([3, true]);
      assert.ok(scoring.status === "OK");
      assert.equal(scoring.value, 29);
      assert.ok(scoring.adaptMs >= 0 && scoring.inferMs > 0);
      assert.equal(asked[0]?.model_name, "fraud");
      assert.equal(asked[0]?.model_version, "7");
    });
  }

  it("puts the default for a missing input, and refuses where it must", async () => {
    const { model } = open(await start(await serveGraph(clean, linearGraph, "typed")));
    const scoring = await model.score([3, Missing.timeout]);
    assert.equal(scoring.status === "OK" && scoring.value, 25);
    assert.deepEqual(await model.score([Missing.null, true]), { status: "MISSING_INPUT", input: "a" });
    assert.equal(asked.length, 1);
  });

  const own: RemoteManifest["inputs"] = [
    { name: "amount", type: "double", missing: "nan" },
    { name: "ratio", type: "double", datatype: "FP32", missing: { default: 0.5 } },
    { name: "count", type: "integer", missing: "refuse", tensor: "n" },
    { name: "is_new", type: "boolean", missing: { default: 1 } },
    { name: "country", type: "string", missing: { default: "??" } },
  ];
  const rows: readonly [values: readonly Fetched[], expected: readonly unknown[]][] = [
    [
      [1.5, 0.25, -7, false, "FR"],
      [1.5, 0.25, -7, false, "FR"],
    ],
    [
      [Missing.null, Missing.stale, 0, Missing.error, Missing.timeout],
      [Number.NaN, 0.5, 0, true, "??"],
    ],
  ];
  for (const contents of ["typed", "raw"] as const) {
    for (const [values, expected] of rows) {
      it(`sends each input as a tensor of its own, ${contents}: ${expected.join(", ")}`, async () => {
        const address = await start((_call, answer) => answer(null, score({ contents: { fp64_contents: [0, 0.5] } })));
        const manifest = {
          ...columns,
          runtime: { kind: "open-inference", address, model: "m", contents },
          inputs: own,
        } as const;
        const model = openRemoteModel(manifest, (to) => connectRemote(to, String), assert.fail)!;
        clean.later(() => model.close());
        assert.equal((await model.score(values)).status, "OK");
        const [{ inputs, raw_input_contents: raw, model_version }] = asked as [Inference];
        assert.equal(model_version, "");
        assert.deepEqual(
          inputs.map(({ name, datatype, shape }) => [name, datatype, shape]),
          [
            ["amount", "FP64", [1, 1]],
            ["ratio", "FP32", [1, 1]],
            ["n", "INT64", [1, 1]],
            ["is_new", "BOOL", [1, 1]],
            ["country", "BYTES", [1, 1]],
          ],
        );
        const sent = inputs.map(({ contents: typed }, at) => {
          if (contents === "raw") return raw[at];
          return Object.values(typed!).find((each) => Array.isArray(each) && each.length > 0)?.[0];
        });
        assert.deepEqual(
          sent,
          contents === "raw" ? expected.map(asRaw) : [...expected.slice(0, 4), Buffer.from(String(expected[4]))],
        );
      });
    }
  }

  const responses: readonly [name: string, response: object, value: number][] = [
    ["FP64", score({ contents: { fp64_contents: [0, 0.75] } }), 0.75],
    ["FP32", score({ contents: { fp32_contents: [0, 0.5] } }, "FP32"), 0.5],
    ["INT64", score({ contents: { int64_contents: [0, "12"] } }, "INT64"), 12],
    ["INT32", score({ contents: { int_contents: [0, -3] } }, "INT32"), -3],
    ["UINT8", score({ contents: { uint_contents: [0, 3] } }, "UINT8"), 3],
    ["BOOL", score({ contents: { bool_contents: [false, true] } }, "BOOL"), 1],
    [
      "raw FP64",
      score({}, "FP64", { raw_output_contents: [Buffer.alloc(1), Buffer.from(new Float64Array([0, 0.75]).buffer)] }),
      0.75,
    ],
    [
      "raw INT64",
      score({}, "INT64", { raw_output_contents: [Buffer.alloc(1), Buffer.from(new BigInt64Array([0n, -5n]).buffer)] }),
      -5,
    ],
    [
      "raw INT16",
      score({}, "INT16", { raw_output_contents: [Buffer.alloc(1), Buffer.from(new Int16Array([0, -5]).buffer)] }),
      -5,
    ],
    ["raw BOOL", score({}, "BOOL", { raw_output_contents: [Buffer.alloc(1), Buffer.from([0, 1])] }), 1],
  ];
  for (const [name, response, value] of responses) {
    it(`reads a score of ${name}`, async () => {
      const { model } = open(await start((_call, answer) => answer(null, response)));
      const scoring = await model.score([1, 1]);
      assert.equal(scoring.status === "OK" && scoring.value, value);
    });
  }

  const failures: readonly [name: string, infer: Infer, message: RegExp][] = [
    [
      "no such output",
      (_c, answer) => answer(null, { outputs: [{ name: "x" }] }),
      /no output "score"; it gives x; correct output\.tensor/,
    ],
    ["no outputs", (_c, answer) => answer(null, {}), /no output "score"; it gives none/],
    [
      "too few values",
      (_c, answer) => answer(null, score({ contents: { fp64_contents: [0] } })),
      /score has the shape \[1, 2\], but 1 values/,
    ],
    [
      "too few bytes",
      (_c, answer) => answer(null, score({}, "FP64", { raw_output_contents: [Buffer.alloc(1), Buffer.alloc(15)] })),
      /score has the shape \[1, 2\], but 1.875 values/,
    ],
    [
      "values that do not fill its shape",
      (_c, answer) => answer(null, score({ shape: [1, 9], contents: { fp64_contents: [0, 1] } })),
      /output score has the shape \[1, 9\], but 2 values; correct the model/,
    ],
    [
      "bytes that do not fill its shape",
      (_c, answer) => answer(null, score({}, "FP64", { raw_output_contents: [Buffer.alloc(1), Buffer.alloc(24)] })),
      /output score has the shape \[1, 2\], but 3 values/,
    ],
    [
      "no number",
      (_c, answer) => answer(null, score({ contents: { fp64_contents: [0, Number.NaN] } })),
      /score\[1\] is not a finite/,
    ],
    [
      "texts",
      (_c, answer) => answer(null, score({ contents: { bytes_contents: [] } }, "BYTES")),
      /datatype BYTES, which cannot be read/,
    ],
    [
      "no protobuf",
      (_c, answer) => answer(null, Buffer.alloc(40, 0xff)),
      /is no response of the Open Inference Protocol/,
    ],
    [
      "half a response",
      (_c, answer) => answer(null, Buffer.from([0x2a, 0x40, 0x0a])),
      /is no response of the Open Inference Protocol/,
    ],
    [
      "a field of another type",
      (_c, answer) => answer(null, Buffer.from([0x28, 0x01])),
      /is no response of the Open Inference Protocol/,
    ],
    ["nothing", (_c, answer) => answer(null, Buffer.alloc(0)), /no output "score"; it gives none/],
    [
      "a giant response",
      (_c, answer) => answer(null, score({ contents: { fp64_contents: Array(600_000).fill(1) } })),
      /RESOURCE_EXHAUSTED: the response is larger/,
    ],
    [
      "an unknown model",
      (_c, answer) => answer({ code: status.NOT_FOUND, details: "Secret" }),
      /ModelInfer answers NOT_FOUND: .*model and version/,
    ],
    [
      "bad input",
      (_c, answer) => answer({ code: status.INVALID_ARGUMENT, details: "Secret" }),
      /ModelInfer answers INVALID_ARGUMENT/,
    ],
  ];
  for (const [name, infer, message] of failures) {
    it(`rejects over ${name}, without the server's words`, async () => {
      const { model } = open(await start(infer));
      await assert.rejects(model.score([1, 1]), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /Secret/);
        return true;
      });
    });
  }

  it("ends at once when it is not awaited any more, and by its deadline, and the server is told", async () => {
    let cancelled = 0;
    const { model } = open(await start((call) => call.on("cancelled", () => (cancelled += 1))));
    const controller = new AbortController();
    const { signal } = controller;
    const call = { signal, deadlineMs: performance.now() + 5_000, traceparent: undefined };
    const pending = model.score([1, 1], call);
    await until(() => asked.length > 0);
    controller.abort();
    await assert.rejects(pending, { name: "AbortError" });
    const due = { signal: new AbortController().signal, deadlineMs: performance.now() + 50, traceparent: undefined };
    assert.deepEqual(await model.score([1, 1], due), { status: "TIMEOUT" });
    await until(() => cancelled === 2);
    assert.equal(getEventListeners(signal, "abort").length + getEventListeners(due.signal, "abort").length, 0);
  });

  it("sends the trace and its token", async () => {
    const seen: unknown[] = [];
    const address = await start(({ metadata }, answer) => {
      seen.push(metadata.get("traceparent"), metadata.get("authorization"));
      answer(null, score({ contents: { fp64_contents: [0, 0.5] } }));
    });
    const { model } = open(address, {}, { bearer: "${TOKEN}" });
    const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
    await model.score([1, 1], {
      signal: AbortSignal.timeout(5_000),
      deadlineMs: performance.now() + 5_000,
      traceparent,
    });
    assert.deepEqual(seen, [[traceparent], ["Bearer t0ken"]]);
  });

  it("opens while its server is down, and rejects with what to do", async () => {
    const { model, problems } = open(`127.0.0.1:${await freePort()}`);
    assert.deepEqual(problems, []);
    await assert.rejects(model.score([1, 1]), /ModelInfer answers UNAVAILABLE: nobody listens at its address/);
  });

  it("rejects where there is no such host, saying so", async () => {
    await assert.rejects(open("nowhere.invalid:1").model.score([1, 1]), /UNAVAILABLE: there is no such host/);
  });

  it("has a percentile with a baseline", () => {
    assert.equal(open("127.0.0.1:1").model.percentile(1), undefined);
    assert.equal(open("127.0.0.1:1", { scoreBaseline: { edges: [0, 10], counts: [4] } }).model.percentile(5), 50);
  });

  const input = { name: "a", type: "double", missing: "refuse" } as const;
  const refusals: readonly [name: string, parts: Partial<RemoteManifest>, problem: RegExp][] = [
    [
      "a text among numbers",
      { inputs: [{ ...input, type: "string" }] },
      /inputs\[0\]\.type: a text cannot stand in the tensor "inputs"/,
    ],
    [
      "a datatype of a column",
      { inputs: [{ ...input, datatype: "FP32" }] },
      /inputs\[0\]\.datatype: it is a column of the tensor "inputs"/,
    ],
    [
      "a baseline whose bins do not fit",
      { scoreBaseline: { edges: [0, 1], counts: [1, 2] } },
      /scoreBaseline: 2 edges do not bound/,
    ],
  ];
  for (const [name, parts, problem] of refusals)
    it(`is refused with ${name}`, () => assert.match(open("h:1", parts).problems.join("\n"), problem));

  const inputRefusals: readonly [name: string, input: Partial<RemoteManifest["inputs"][number]>, problem: RegExp][] = [
    ["a fraction as INT64", { datatype: "INT64" }, /datatype: INT64 does not hold every double/],
    ["a text as a number", { type: "string", datatype: "FP32" }, /datatype: FP32 does not hold every string/],
    ["NaN as INT64", { type: "integer", missing: "nan" }, /missing: only FP32 and FP64 have NaN/],
    ["a number for a text", { type: "string", missing: { default: 1 } }, /missing: the default is no string/],
    ["a text for a number", { missing: { default: "x" } }, /missing: the default is no double/],
    [
      "a fraction for a whole number",
      { type: "integer", missing: { default: 0.5 } },
      /missing: the default is no whole number/,
    ],
  ];
  for (const [name, parts, problem] of inputRefusals) {
    it(`is refused with ${name}`, () => {
      const problems: string[] = [];
      const manifest: RemoteManifest = {
        ...columns,
        runtime: { kind: "open-inference", address: "h:1", model: "m" },
        inputs: [{ ...input, ...parts }],
      };
      openRemoteModel(
        manifest,
        () => assert.fail("connected"),
        (path, message) => problems.push(`${formatPath(path)}: ${message}`),
      );
      assert.match(problems.join("\n"), problem);
    });
  }

  it("is refused without its variables and files", () => {
    assert.match(open("${ELSEWHERE}").problems.join(), /^\$\.runtime: the variable ELSEWHERE is not set/);
    assert.match(open("h:1", {}, { tls: { ca: "/nowhere/ca.pem" } }).problems.join(), /^\$\.runtime: ENOENT/);
  });
});

function asRaw(value: unknown, at: number): Buffer {
  if (typeof value === "boolean") return Buffer.from([value ? 1 : 0]);
  if (typeof value === "string") return Buffer.concat([Buffer.from([value.length, 0, 0, 0]), Buffer.from(value)]);
  if (at === 2) return Buffer.from(new BigInt64Array([BigInt(value as number)]).buffer);
  return Buffer.from(
    at === 1 ? new Float32Array([value as number]).buffer : new Float64Array([value as number]).buffer,
  );
}
