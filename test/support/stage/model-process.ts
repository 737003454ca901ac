import { status } from "@grpc/grpc-js";
import { serveAsChild } from "../faults/serve-as-child.ts";
import { type Infer, startInferenceServer } from "../inference-server.ts";
import { isWrongAmount } from "./people.ts";

/** A server of the Open Inference Protocol whose model gives an amount in thousands. */
void serveAsChild((port) =>
  startInferenceServer(
    { later: () => {}, folder: async () => "" },
    (call, answer) => {
      const amount = call.request.inputs[0]!.contents!.fp64_contents![0] as number;
      if (isWrongAmount(amount)) return wrongly[amount % wrongly.length]!(call, answer);
      answer(null, { outputs: [{ ...score, contents: { fp64_contents: [amount / 1000] } }] });
    },
    { address: `127.0.0.1:${port}` },
  ),
);

const score = { name: "score", datatype: "FP64", shape: [1, 1] };
const output =
  (parts: object): Infer =>
  (_, answer) =>
    answer(null, { outputs: [{ ...score, ...parts }] });

const wrongly: readonly Infer[] = [
  (_, answer) => answer({ code: status.INTERNAL, details: "boom" }),
  (_, answer) => answer(null, { outputs: [] }),
  output({ contents: { fp64_contents: [] } }),
  output({ contents: { fp64_contents: [Number.NaN] } }),
  output({ datatype: "BYTES", contents: { bytes_contents: [Buffer.from("0.5")] } }),
  output({ shape: [1, 9], contents: { fp64_contents: [0.5] } }),
  output({ name: "other", contents: { fp64_contents: [0.5] } }),
];
