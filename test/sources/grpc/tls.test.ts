import assert from "node:assert/strict";
import { ServerCredentials } from "@grpc/grpc-js";
import type { TlsFiles } from "../../../src/sources/credentials.ts";
import { type Certificate, type Certificates, makeCertificates } from "../../support/certificates.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { openSource, startServer, withProto } from "./support.ts";

const features = [{ path: "risk", type: "double" }] as const;

describe("a grpc source over TLS", () => {
  const shared = cleanUp(after);
  const clean = cleanUp();
  let certificates: Certificates;
  before(async function () {
    certificates = (await makeCertificates(shared)) ?? this.skip();
  });

  async function ask(
    server: Certificate | undefined,
    tls: true | TlsFiles | undefined,
    more: { clientCa?: Certificate; host?: string } = {},
  ) {
    const { clientCa, host = "localhost" } = more;
    const pair = server && [{ private_key: server.key, cert_chain: server.cert }];
    const credentials = pair && ServerCredentials.createSsl(clientCa?.cert ?? null, pair, clientCa !== undefined);
    const { address } = await startServer(
      clean,
      (_, answer) => answer(null, { risk: 0.5 }),
      credentials && { credentials },
    );
    const entry = { ...withProto, address: address.replace("127.0.0.1", host), ...(tls && { tls }) };
    return await openSource(clean, entry, features, { CA: certificates.ca.certFile }).fetch();
  }

  it("accepts a certificate of the authority it is given, by name and by address", async () => {
    const good = { status: "OK", values: [0.5] };
    assert.deepEqual(await ask(certificates.server, { ca: "${CA}" }), good);
    assert.deepEqual(await ask(certificates.server, { ca: "${CA}" }, { host: "127.0.0.1" }), good);
    assert.deepEqual(await ask(certificates.selfSigned, { ca: certificates.selfSigned.certFile }), good);
  });

  it("refuses one that nobody vouches for, and says what to do", async () => {
    const refused =
      /answers UNAVAILABLE: its certificate is of no trusted authority; name the authority's file in tls\.ca/;
    await assert.rejects(ask(certificates.selfSigned, true), refused);
    await assert.rejects(ask(certificates.server, true), refused);
    await assert.rejects(ask(certificates.selfSigned, { ca: "${CA}" }), refused);
  });

  it("shows its own certificate, and says so where one is wanted", async () => {
    const { ca, server, client, selfSigned } = certificates;
    const tls = { ca: ca.certFile, cert: client.certFile, key: client.keyFile };
    assert.equal((await ask(server, tls, { clientCa: ca })).status, "OK");
    await assert.rejects(
      ask(server, { ca: ca.certFile }, { clientCa: ca }),
      /UNAVAILABLE: (it wants a certificate that it trusts|it breaks the connection off.*certificate)/,
    );
    await assert.rejects(
      ask(server, { ...tls, cert: selfSigned.certFile, key: selfSigned.keyFile }, { clientCa: ca }),
      /UNAVAILABLE: (it wants a certificate that it trusts|it breaks the connection off.*certificate)/,
    );
  });

  it("says so where only one side speaks TLS", async () => {
    await assert.rejects(ask(undefined, true), /UNAVAILABLE: it does not speak TLS/);
    await assert.rejects(
      ask(certificates.server, undefined),
      /UNAVAILABLE: it breaks the connection off; check that both or none speak TLS/,
    );
  });
});
