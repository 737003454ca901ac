import Type from "typebox";
import type { EntryScope, SourceEntry } from "../../domain/source-kind.ts";
import { textsIn } from "../body.ts";
import { BearerSchema, type TlsFiles, TlsSchema } from "../credentials.ts";
import { parseTemplate } from "../template.ts";
import { methodPattern } from "./method.ts";

/** A gRPC source as the catalogue has it. Texts of `request` and `metadata` are templates: `{feature}`, `${VARIABLE}`. */
export interface GrpcEntry extends SourceEntry {
  readonly address: string;
  readonly method: string;
  readonly proto?: string;
  readonly request?: Readonly<Record<string, unknown>>;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly bearer?: string;
  readonly tls?: true | TlsFiles;
  readonly maxResponseBytes?: number;
}

/** Its properties besides those of every source. */
export const grpcProperties = {
  address: Type.String({
    minLength: 1,
    description: "host:port of the server; ${VARIABLE} stands for a variable of the environment",
    examples: ["${ISSUER_ADDR}"],
  }),
  method: Type.String({
    pattern: methodPattern.source,
    description: "a method that answers one request with one response: package.Service/Method",
    examples: ["issuer.v1.Cards/Get"],
  }),
  proto: Type.Optional(
    Type.String({
      minLength: 1,
      description: "the proto of the service, from the policies' folder; without it the server is asked (reflection)",
      examples: ["protos/issuer.proto"],
    }),
  ),
  request: Type.Optional(
    Type.Record(Type.String(), Type.Unknown(), {
      description:
        "the request's fields by their names in the proto; texts are templates, and one that is a {feature} alone becomes its value",
      examples: [{ card_id: "{card_id}" }],
    }),
  ),
  metadata: Type.Optional(
    Type.Record(Type.String({ minLength: 1 }), Type.String(), {
      description: "metadata by key, templates; a key that ends in -bin takes any text",
    }),
  ),
  bearer: Type.Optional(BearerSchema),
  tls: Type.Optional(
    Type.Union([Type.Literal(true), TlsSchema], { description: "true, or PEM files: speaks TLS; default: plain text" }),
  ),
  maxResponseBytes: Type.Optional(
    Type.Integer({ minimum: 1, maximum: 16_777_216, description: "the largest response taken; default 262144" }),
  ),
};

/** Every text of an entry that may name features. */
export function templatesOf({ request, metadata = {} }: GrpcEntry): string[] {
  return [...textsIn(request), ...Object.values(metadata)];
}

/** Metadata that is the protocol's own, or ours. */
const reserved =
  /^(grpc-.*|te|content-type|host|connection|user-agent|traceparent|tracestate|trailer|transfer-encoding)$/;

/** Reports what the schema cannot say and needs no proto: address, templates, metadata, credentials. */
export function checkGrpcEntry(entry: GrpcEntry, { report }: Pick<EntryScope, "report">): void {
  const { address, request, metadata = {}, bearer, tls } = entry;
  checkAddress(address, (message, fix) => report(["address"], message, fix));
  const braces = "write {feature} for a feature's value, ${VARIABLE} for a variable of the environment";
  const checkText = (text: string, path: readonly (string | number)[]) => {
    if (parseTemplate(text) === undefined) report(path, "a brace begins or ends no name", braces);
  };
  for (const text of textsIn(request)) checkText(text, ["request"]);
  for (const [key, text] of Object.entries(metadata)) {
    checkText(text, ["metadata", key]);
    if (!/^[0-9a-z_.-]+$/.test(key))
      report(["metadata", key], `"${key}" is no key of metadata`, "use small letters, digits, dashes");
    else if (reserved.test(key)) report(["metadata", key], `"${key}" is set by the engine`, "remove it");
    else if (key === "authorization" && bearer !== undefined)
      report(["metadata", key], '"bearer" sets it too', "keep one of the two");
  }
  if (bearer !== undefined && !bearer.startsWith("file:")) checkText(bearer, ["bearer"]);
  if (typeof tls === "object" && (tls.cert === undefined) !== (tls.key === undefined))
    report(["tls"], "a certificate needs its key, and a key its certificate", "give both cert and key, or neither");
}

function checkAddress(address: string, report: (message: string, fix: string) => void): void {
  const pieces = parseTemplate(address);
  const fix = 'write "host:port" or "${ISSUER_ADDR}"';
  if (pieces === undefined) report("a brace begins or ends no name", fix);
  else if (pieces.some(({ kind }) => kind === "feature"))
    report("the server must be fixed: no feature can stand in its address", fix);
  else if (/^https?:\/\//.test(address)) report("it is an URL", `${fix}; "tls" says whether TLS is spoken`);
  else if (pieces.every(({ kind }) => kind === "text") && !/^[^\s/]+:\d+$|^(dns|ipv4|ipv6|unix):\S+$/.test(address))
    report("it is no address", fix);
}
