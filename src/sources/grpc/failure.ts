import { type ServiceError, status } from "@grpc/grpc-js";
import { RemoteError } from "../../domain/remote.ts";
import { networkProblem } from "../network-problem.ts";
import { tlsProblem } from "../tls-problem.ts";

/** What an operator can do about a status. */
const hints: Readonly<Record<string, string>> = {
  INVALID_ARGUMENT: "it does not understand the request; check request and metadata",
  NOT_FOUND: "it does not know what is asked for; check names, such as model and version",
  UNAUTHENTICATED: "the credentials are missing or not accepted; check bearer or tls",
  PERMISSION_DENIED: "the credentials do not allow it",
  RESOURCE_EXHAUSTED: "it is asked too often; set maxInFlight or a cache for the source",
  UNIMPLEMENTED: "it has no such method; check address, and method",
  UNAVAILABLE: "it is not reached or takes no calls; check that it runs, and its address",
};

/** What goes wrong on our side, by what grpc-js and Node say. Only these words are passed on. */
const local: readonly (readonly [said: RegExp, message: string])[] = [
  [/larger than max/, "the response is larger than maxResponseBytes"],
  [
    /Failed to connect/,
    "it breaks the connection off; check that both or none speak TLS, and that it accepts the certificate that tls names",
  ],
  [/ECONNRESET|socket hang up|Connection dropped|GOAWAY|EPIPE/i, "the connection broke; it is opened again by itself"],
];

/** The error of a call. What the server said is not in it, as it may be about a person. */
export function failureOf({ code, details }: ServiceError, path: string): RemoteError {
  const name = status[code] ?? "UNKNOWN";
  const known = local.find(([said]) => said.test(details));
  const message = tlsProblem(details) ?? connectionProblem(details) ?? known?.[1] ?? hints[name];
  return new RemoteError(name, `${path.slice(1)} answers ${name}${message === undefined ? "" : `: ${message}`}`);
}

function connectionProblem(details: string): string | undefined {
  const problem = networkProblem(details);
  const code = /\bE[A-Z_]{5,}\b/.exec(details)?.[0];
  return problem && `${problem.what}${code === undefined ? "" : ` (${code})`}; ${problem.mend}`;
}
