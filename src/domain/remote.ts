/** One call over a network: bytes out, bytes in. */
export interface RemoteCall {
  /** `/package.Service/Method`. */
  readonly path: string;
  readonly request: Uint8Array;
  /** See `SourceRequest`; so are the next two. */
  readonly signal: AbortSignal;
  readonly deadlineMs: number;
  readonly traceparent: string;
}

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
