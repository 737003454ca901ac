import type protobuf from "protobufjs";
import { Missing } from "../../domain/feature.ts";
import type { SourceAnswer } from "../../domain/source.ts";
import type { SourceFeature } from "../../domain/source-kind.ts";
import { nameOf } from "./method.ts";
import { asError, Misfit } from "./misfit.ts";
import { compilePath, type Take } from "./response.ts";
import { checkWire } from "./wire.ts";

export type ReadResponse = (bytes: Uint8Array) => SourceAnswer;

/** Prepares to read features out of responses. A path that leads nowhere costs its own feature alone. */
export function readerOf(output: protobuf.Type, features: readonly SourceFeature[]): ReadResponse {
  const misfits: string[] = [];
  const takes = features.map(({ path, type }): Take => {
    try {
      return compilePath(output, path, type);
    } catch (error) {
      if (!(error instanceof Misfit)) throw error;
      misfits.push(asError(error).message);
      return () => Missing.error;
    }
  });
  return (bytes) => {
    const message = decode(output, bytes);
    const values = takes.map((take) => take(message));
    const wrong = values.flatMap((value, at) => (value === Missing.error ? [features[at]!] : []));
    if (wrong.length === 0) return { status: "OK", values };
    const names = wrong.map(({ path, type }) => `${path} is not ${type}`).join(", ");
    const why = misfits.length === 0 ? names : misfits.join(". ");
    return { status: "OK", values, error: new TypeError(`the response is not as the catalogue says: ${why}`) };
  };
}

/** @throws if the bytes are of another type, as far as that can be told. */
function decode(output: protobuf.Type, bytes: Uint8Array): object {
  try {
    checkWire(output, bytes);
    return output.decode(bytes);
  } catch (error) {
    throw new TypeError(
      `the response is no ${nameOf(output)}: ${(error as Error).message}; the proto is not the server's: take the server's own`,
    );
  }
}
