import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type ServerOptions } from "node:https";
import type { AddressInfo } from "node:net";
import type { TlsFiles } from "../../../src/sources/credentials.ts";
import { httpKind } from "../../../src/sources/http/kind.ts";
import { type Certificate, type Certificates, makeCertificates } from "../../support/certificates.ts";
import { cleanUp } from "../../support/clean-up.ts";

describe("an http source over TLS", () => {
  const shared = cleanUp(after);
  const clean = cleanUp();
  let certificates: Certificates;
  before(async function () {
    certificates = (await makeCertificates(shared)) ?? this.skip();
  });

  async function ask({ cert, key }: Certificate, tls: TlsFiles | undefined, options: ServerOptions = {}) {
    const server = createServer({ cert, key, ...options }, (_, response) => {
      response.writeHead(200, { "content-type": "application/json" }).end('{"score":0.5}');
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    clean.later(() => server.close());
    clean.later(() => server.closeAllConnections());
    const url = `https://localhost:${(server.address() as AddressInfo).port}/v1`;
    const { source, close } = httpKind.open(
      "devices",
      { kind: "http", url, ...(tls && { tls }) },
      { dataDir: "", policiesDir: "", onProblem: () => {}, variable: () => certificates.ca.certFile },
    );
    clean.later(close);
    return await source.prepare([{ path: "score", type: "double" }])({
      key: [],
      event: { requestId: "r", occurredAtMs: 0, attributes: {} },
      include: false,
      signal: AbortSignal.timeout(5_000),
      deadlineMs: performance.now() + 5_000,
      traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
    });
  }

  it("accepts a certificate of the authority it is given", async () => {
    const good = { status: "OK", values: [0.5] };
    assert.deepEqual(await ask(certificates.server, { ca: "${CA}" }), good);
    assert.deepEqual(await ask(certificates.selfSigned, { ca: certificates.selfSigned.certFile }), good);
  });

  it("refuses one that nobody vouches for, and says what to do", async () => {
    const refused =
      /no connection to the server: its certificate is of no trusted authority; name the authority's file/;
    await assert.rejects(ask(certificates.selfSigned, undefined), refused);
    await assert.rejects(ask(certificates.selfSigned, { ca: "${CA}" }), refused);
    await assert.rejects(ask(certificates.server, undefined), refused);
  });

  it("shows its own certificate, and fails without it where one is wanted", async () => {
    const { ca, server, client } = certificates;
    const wanting = { ca: ca.cert, requestCert: true, rejectUnauthorized: true };
    const tls = { ca: ca.certFile, cert: client.certFile, key: client.keyFile };
    assert.equal((await ask(server, tls, wanting)).status, "OK");
    await assert.rejects(
      ask(server, { ca: ca.certFile }, wanting),
      /it wants a certificate that it trusts; give cert and key in tls of the source|other side closed/,
    );
  });
});
