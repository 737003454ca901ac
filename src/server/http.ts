import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export interface HttpOptions {
  /** `host:port`; port 0 takes a free one. */
  readonly address: string;
  readonly isReady: () => boolean;
  /** What `/status` tells: which documents decide, and why those on disk do not if they do not. */
  readonly status: () => object;
  /** The text of `/metrics` in the best format that the `Accept` header names, and its content type. */
  readonly metrics: (accept: string | undefined) => Promise<{ readonly text: string; readonly contentType: string }>;
}

/** Health and metrics for orchestrators: `/healthz` (alive), `/readyz` (takes calls), `/status` (JSON), `/metrics` (Prometheus). */
export async function listenHttp({
  address,
  isReady,
  status,
  metrics,
}: HttpOptions): Promise<{ address: string; close(): Promise<void> }> {
  const server = createServer((request, response) => {
    const send = (code: number, text: string, contentType = "text/plain; charset=utf-8") => {
      response.writeHead(code, { "content-type": contentType }).end(text);
    };
    const path = request.url?.split("?")[0];
    if (request.method !== "GET" && request.method !== "HEAD") return send(405, "only GET\n");
    if (path === "/healthz") return send(200, "ok\n");
    if (path === "/readyz") return isReady() ? send(200, "ready\n") : send(503, "not ready\n");
    if (path === "/status") return send(200, `${JSON.stringify(status())}\n`, "application/json");
    if (path !== "/metrics") return send(404, "known: /healthz, /readyz, /status, /metrics\n");
    metrics(request.headers.accept).then(
      ({ text, contentType }) => send(200, text, contentType),
      () => send(500, "metrics failed\n"),
    );
  });
  const [, host, port] = /^(.*):(\d+)$/.exec(address) ?? [];
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) =>
      reject(
        new Error(
          `cannot listen on ${address}: ${error.message}; choose another address with --http or VERDICT_HTTP_ADDRESS`,
        ),
      ),
    );
    server.listen(Number(port), host, resolve);
  });
  return {
    address: `${host}:${(server.address() as AddressInfo).port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
