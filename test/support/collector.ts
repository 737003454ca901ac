import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { buffer } from "node:stream/consumers";
import type { CleanUp } from "./clean-up.ts";

export interface Export {
  readonly path: string | undefined;
  readonly contentType: string | undefined;
  /** OTLP protobuf as it came. */
  readonly bytes: Buffer;
}

const thanks = (response: ServerResponse) => {
  response.writeHead(200, { "content-type": "application/x-protobuf" }).end();
};

/** A receiver of OTLP over HTTP on a free port. */
export async function startCollector(
  clean: CleanUp,
  answer = thanks,
): Promise<{ endpoint: string; exports: Export[] }> {
  const exports: Export[] = [];
  const server: Server = createServer(async (request, response) => {
    exports.push({
      path: request.url,
      contentType: request.headers["content-type"],
      bytes: await buffer(request),
    });
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clean.later(() => {
    server.closeAllConnections();
    server.close();
  });
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, exports };
}
