import { parsePath } from "../../domain/path.ts";
import type { SourceKindDefinition } from "../../domain/source-kind.ts";
import { featuresIn } from "../template.ts";
import { checkHttpEntry, type HttpEntry, httpProperties, templatesOf } from "./entry.ts";
import { httpSource } from "./source.ts";

/** A service's HTTP API that answers JSON. */
export const httpKind: SourceKindDefinition<HttpEntry> = {
  kind: "http",
  description: "a service's HTTP API that answers JSON",
  properties: httpProperties,
  pathDescription: "a path into the JSON answer: names and indexes, `$.risk.score`",
  defaultTimeoutMs: 100,
  inputsOf: (entry) => featuresIn(templatesOf(entry)),
  check: (_name, entry, scope) => checkHttpEntry(entry, scope),
  checkPath: (path) =>
    parsePath(path) === undefined
      ? {
          message: `the path ${JSON.stringify(path)} is more than names and indexes`,
          fix: 'write it as "$.risk.score"',
        }
      : undefined,
  open: (name, entry, environment) => httpSource(name, entry, httpKind.inputsOf(entry), environment),
};
