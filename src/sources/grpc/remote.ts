import { Metadata } from "@grpc/grpc-js";
import type { Remote, RemoteAddress } from "../../domain/remote.ts";
import { bearerOf } from "../credentials.ts";
import type { TemplateScope } from "../template.ts";
import { borrowClient } from "./connection.ts";
import { setText } from "./metadata.ts";
import { settingsOf } from "./source.ts";
import { callUnary } from "./unary.ts";

/**
 * A server that is called without being a source, over the same connection as the sources of its address.
 * @throws if a variable is not set or a file cannot be read.
 */
export function connectRemote(to: RemoteAddress, variable: TemplateScope["variable"]): Remote {
  const authorization = bearerOf(to.bearer, variable);
  const { client, giveBack } = borrowClient(settingsOf(to, variable));
  return {
    call(call) {
      const metadata = new Metadata();
      if (authorization !== undefined) setText(metadata, "authorization", authorization());
      return callUnary(client, call, metadata);
    },
    close: giveBack,
  };
}
