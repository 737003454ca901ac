/** One call over a network: bytes out, bytes in. */
export interface RemoteCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: Uint8Array;
  /** See `SourceRequest`; so are the next two. */
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly traceparent: string | undefined;
  readonly tracestate?: string | undefined;
}

/** Where a server is, and how it is spoken to. Texts are templates of variables: `${MODEL_ADDR}`. */
export interface RemoteAddress {
  /** `host:port`. */
  readonly address: string;
  /** Undefined: plain text. PEM files; without `ca` the system's authorities are trusted. */
  readonly tls?: true | { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** A token, or `file:PATH`. */
  readonly bearer?: string;
}

/** @throws if a variable is not set or a file cannot be read. */
export type ConnectRemote = (to: RemoteAddress) => Remote;

/** A server that answers calls. Nothing is sent before the first one: the server may come up later. */
export interface Remote {
  /** @throws {RemoteError} if it answers with an error or not at all; the signal's reason when that ended the call. */
  call(call: RemoteCall): Promise<Uint8Array>;
  close(): void;
}

/** Why a call failed, for operators. The server's own words are not in it: they may be about a person. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** The name of a gRPC status code, such as `UNAVAILABLE`. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
