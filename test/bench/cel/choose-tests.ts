import { tests } from "@bufbuild/cel-spec/testdata/conformance.js";
import type { ConformanceTest } from "./conformance-test.ts";

/** A file of tests, with those of its tests that apply to us. */
interface TestFile {
  readonly name: string;
  readonly sections: readonly { readonly name: string; readonly tests: readonly ConformanceTest[] }[];
}

export interface ChosenTests {
  readonly files: readonly TestFile[];
  /** By reason: how many tests are left out. */
  readonly leftOut: ReadonlyMap<string, number>;
}

/** Why the tests of whole files say nothing about expressions over features, which are numbers, texts, booleans and times. */
const otherFiles: Readonly<Record<string, string>> = {
  dynamic: "protobuf messages",
  enums: "protobuf messages",
  proto2: "protobuf messages",
  proto3: "protobuf messages",
  wrappers: "protobuf messages",
  namespace: "containers (namespaces) of names",
  bindings_ext: "extensions",
  block_ext: "extensions",
  encoders_ext: "extensions",
  macros2: "extensions",
  math_ext: "extensions",
  optionals: "extensions",
  proto2_ext: "extensions",
  string_ext: "extensions",
};

/** The official tests of the CEL specification that apply to us. */
export function chooseTests(): ChosenTests {
  const leftOut = new Map<string, number>();
  const files: TestFile[] = [];
  for (const file of tests.suites) {
    const sections = (file.suites ?? []).map((section) => ({
      name: section.name,
      tests: section.tests
        .map(({ original }) => original as ConformanceTest)
        .filter((test) => {
          const reason = otherFiles[file.name] ?? reasonToLeaveOut(test);
          if (reason !== undefined) leftOut.set(reason, (leftOut.get(reason) ?? 0) + 1);
          return reason === undefined;
        }),
    }));
    if (sections.some((section) => section.tests.length > 0)) files.push({ name: file.name, sections });
  }
  return { files, leftOut };
}

const message = /TestAllTypes|GlobalEnum|NestedEnum|google\.protobuf\.(?!Timestamp|Duration)|"wrapper"/;

function reasonToLeaveOut(test: ConformanceTest): string | undefined {
  if (message.test(JSON.stringify(test))) return "protobuf messages";
  if (test.container !== undefined) return "containers (namespaces) of names";
  if (test.expr.includes("optional.")) return "extensions";
  if (test.typeEnv?.some(({ ident }) => ident === undefined)) return "functions that the test declares";
  return undefined;
}
