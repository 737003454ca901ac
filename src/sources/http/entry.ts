import Type from "typebox";
import type { EntryScope, SourceEntry } from "../../domain/source-kind.ts";
import { textsIn } from "../body.ts";
import { BearerSchema, type TlsFiles, TlsSchema } from "../credentials.ts";
import { parseTemplate } from "../template.ts";

/** An HTTP source as the catalogue has it. Texts are templates: `{feature}`, `${VARIABLE}`. */
export interface HttpEntry extends SourceEntry {
  readonly url: string;
  readonly method?: "GET" | "POST";
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  readonly bearer?: string;
  readonly tls?: TlsFiles;
  readonly connections?: number;
  readonly maxResponseBytes?: number;
}

/** Its properties besides those of every source. */
export const httpProperties = {
  url: Type.String({
    minLength: 1,
    description: "the URL; {feature} stands for a feature's value, ${VARIABLE} for a variable of the environment",
    examples: ["${DEVICE_URL}/v1/devices/{device_id}"],
  }),
  method: Type.Optional(Type.Enum(["GET", "POST"], { description: '"GET" (the default) or "POST"' })),
  headers: Type.Optional(
    Type.Record(Type.String({ minLength: 1 }), Type.String(), { description: "headers by name; templates like url" }),
  ),
  body: Type.Optional(
    Type.Unknown({
      description: "of a POST: JSON whose texts are templates; a text that is one {feature} alone becomes its value",
    }),
  ),
  bearer: Type.Optional(BearerSchema),
  tls: Type.Optional(TlsSchema),
  connections: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 1024, description: "connections kept to the server at most; default 64" }),
  ),
  maxResponseBytes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16_777_216, description: "the largest answer taken; default 262144" }),
  ),
};

/** Headers that are the connection's own, or ours. */
const reserved = [
  "host",
  "content-length",
  "transfer-encoding",
  "connection",
  "content-type",
  "traceparent",
  "tracestate",
];

/** Every text of an entry that may name features. */
export function templatesOf({ url, headers = {}, body }: HttpEntry): string[] {
  return [url, ...Object.values(headers), ...textsIn(body)];
}

/** Reports what the schema cannot say: templates, the origin, headers. */
export function checkHttpEntry(entry: HttpEntry, { report }: EntryScope): void {
  const { url, method = "GET", headers = {}, body, bearer } = entry;
  const braces = "write {feature} for a feature's value, ${VARIABLE} for a variable of the environment";
  const checkText = (text: string, path: (string | number)[]) => {
    if (parseTemplate(text) === undefined) report(path, "a brace begins or ends no name", braces);
  };
  checkText(url, ["url"]);
  const [first] = parseTemplate(url) ?? [];
  const origin = /^https?:\/\/[^/{}]+(?=[/?]|$)/.exec(url);
  if (first?.kind !== "variable" && origin === null)
    report(
      ["url"],
      "the server must be fixed: the URL begins neither with http:// or https:// and a host, nor with a variable",
      'write "https://host/path/{feature}" or "${DEVICE_URL}/path/{feature}"',
    );
  if (url.includes("#")) report(["url"], "what follows # is never sent", "remove it");
  for (const [name, text] of Object.entries(headers)) {
    checkText(text, ["headers", name]);
    if (!/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))
      report(["headers", name], `"${name}" is no header's name`, "use letters, digits and dashes");
    else if (reserved.includes(name.toLowerCase()))
      report(["headers", name], `"${name}" is set by the engine`, "remove it");
  }
  if (bearer !== undefined && !bearer.startsWith("file:")) checkText(bearer, ["bearer"]);
  for (const text of textsIn(body)) checkText(text, ["body"]);
  if (body !== undefined && method !== "POST") report(["body"], "a GET has no body", 'write "method": "POST"');
}
