import assert from "node:assert/strict";
import { filesOf, read, sources } from "./sources.ts";

const maxLines = 400;
const binary = /\.(onnx|parquet|mdb|png|gz)$/;

describe("files", () => {
  it(`in src are small: a file is one idea, in at most ${maxLines} lines`, () => {
    const large = sources.map((file) => [file, read(file).split("\n").length - 1] as const);
    assert.deepEqual(
      large.filter(([, lines]) => lines > maxLines),
      [],
    );
  });

  it("name no folder of somebody's machine", () => {
    const found = filesOf(".")
      .filter((file) => !binary.test(file))
      .flatMap((file) =>
        read(file)
          .split("\n")
          .flatMap((line, at) =>
            /(^|[\s"'`(=:])\/(root|work|home)\//.test(line) ? [`${file}:${at + 1}: ${line}`] : [],
          ),
      );
    assert.deepEqual(found, []);
  });
});
