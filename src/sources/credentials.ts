import { readFileSync, statSync } from "node:fs";
import Type from "typebox";
import { compileTemplate, type TemplateScope } from "./template.ts";

/** PEM files, each a template of variables; without any, the system's authorities are trusted. */
export interface TlsFiles {
  readonly ca?: string;
  readonly cert?: string;
  readonly key?: string;
}

const File = (what: string) => Type.Optional(Type.String({ minLength: 1, description: what }));

export const TlsSchema = Type.Object(
  {
    ca: File("file of the authorities to trust"),
    cert: File("file of our certificate"),
    key: File("file of its key"),
  },
  { additionalProperties: false, description: "PEM files for TLS, each a template" },
);

export const BearerSchema = Type.String({
  minLength: 1,
  description: "a bearer token: a template such as ${TOKEN}, or file:PATH, read again when the file changes",
  examples: ["${DEVICE_TOKEN}"],
});

type Variable = TemplateScope["variable"];

const filePrefix = "file:";
/** How long a token's file is trusted to be as it was. */
const lookAgainMs = 1_000;

/** A text in which only variables are filled in. @throws if one is not set. */
export function fillVariables(text: string, variable: Variable): string {
  return compileTemplate(text, { features: [], variable, encode: String })([]);
}

/** The `authorization` header as it is now; undefined without a token. @throws if it cannot be had at the start. */
export function bearerOf(bearer: string | undefined, variable: Variable): (() => string) | undefined {
  if (bearer === undefined) return undefined;
  const fill = (text: string) => fillVariables(text, variable);
  if (!bearer.startsWith(filePrefix)) {
    const header = `Bearer ${fill(bearer)}`;
    return () => header;
  }
  return followFile(fill(bearer.slice(filePrefix.length)));
}

/** Tokens in files are replaced while the engine runs. One that cannot be read leaves the last one in use. */
function followFile(file: string): () => string {
  const read = () => ({ stamp: statSync(file).mtimeMs, header: `Bearer ${readFileSync(file, "utf8").trim()}` });
  let known = read();
  let lookedMs = performance.now();
  return () => {
    if (performance.now() - lookedMs > lookAgainMs) {
      lookedMs = performance.now();
      try {
        if (statSync(file).mtimeMs !== known.stamp) known = read();
      } catch {}
    }
    return known.header;
  };
}

/** The content of the files. @throws if one cannot be read. */
export function tlsOf(files: TlsFiles, variable: Variable): { readonly [Name in keyof TlsFiles]: Buffer } {
  const read = Object.entries(files).map(
    ([name, file]) => [name, readFileSync(fillVariables(file, variable))] as const,
  );
  return Object.fromEntries(read);
}
