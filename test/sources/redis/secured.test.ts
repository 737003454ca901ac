import assert from "node:assert/strict";
import { once } from "node:events";
import { connect } from "node:net";
import { createServer, type TlsOptions } from "node:tls";
import type { ConnectionEntry } from "../../../src/sources/redis/connection-entry.ts";
import { type Certificates, makeCertificates } from "../../support/certificates.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { freePort } from "../../support/faults/free-port.ts";
import { type RedisServer, startRedis } from "../../support/redis/server.ts";
import { openRedis, shown } from "./support.ts";

const features = [{ path: "n", type: "integer" }] as const;

describe("a redis source on a server that is secured", function () {
  this.timeout(30_000);
  const clean = cleanUp(after);
  const variables = { PASSWORD: "p@ss:w/ord", ENCODED: encodeURIComponent("p@ss:w/ord") };
  let redis: RedisServer;

  before(async () => {
    redis = await startRedis(clean, { settings: { requirepass: variables.PASSWORD } });
    const client = redis.client({ password: variables.PASSWORD });
    await client.hset("customer:c1", "n", 7);
    await client.call("ACL", "SETUSER", "reader", "on", ">reading", "~customer:*", "+hmget", "+info");
    await client.call("ACL", "SETUSER", "stranger", "on", ">strange", "~other:*", "+hmget", "+info");
  });

  const ask = (connection: ConnectionEntry, problems: string[] = []) =>
    openRedis(clean, connection, {}, { variables, onProblem: (_, problem) => problems.push(problem) }).prepare(
      features,
    )(["c1"]);

  it("reads with the password, or as a user", async () => {
    for (const user of [":${ENCODED}", "default:${ENCODED}", "reader:reading"])
      assert.deepEqual(shown(await ask(`redis://${user}@${redis.address}`)), [7], user);
  });

  const refused: readonly [user: string, message: RegExp][] = [
    ["", /cannot be asked: Redis answers NOAUTH: it asks for a password; give it in the connection/],
    [":wrong@", /cannot be asked: Redis answers WRONGPASS: it does not know this user and password/],
    ["nobody:wrong@", /cannot be asked: Redis answers WRONGPASS/],
    ["stranger:strange@", /^Redis answers NOPERM: the ACL of the user does not allow it to read these keys/],
  ];
  for (const [user, message] of refused)
    it(`says what is wrong without naming the password: redis://${user}…`, async () => {
      const problems: string[] = [];
      await assert.rejects(ask(`redis://${user}${redis.address}`, problems), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message + problems.join(), /wrong@|strange|nobody|p@ss/);
        return true;
      });
    });

  it("does not open without its variables, its files, or with addresses that are none", () => {
    const open = (connection: ConnectionEntry | undefined) => () => openRedis(clean, connection);
    assert.throws(open(undefined), /REDIS_URL is not set/);
    assert.throws(open("redis://:${SECRET}@h"), /SECRET is not set/);
    assert.throws(open({ nodes: ["h:1", "u:secret@h:2"] }), {
      message: "an address of the connection is not host:port",
    });
    assert.throws(open({ url: "rediss://h", tls: { ca: "/nowhere/ca.pem" } }), /ENOENT/);
    assert.throws(open({ url: "redis://h", tls: {} }), /begins with redis:\/\/ although tls is given: write rediss:/);
  });

  describe("with TLS", () => {
    let certificates: Certificates;
    before(async function () {
      certificates = (await makeCertificates(clean)) ?? this.skip();
    });

    /** Ends TLS in front of the server, which not every build of Redis can do itself. */
    async function startTls(options: TlsOptions): Promise<string> {
      const port = await freePort();
      const server = createServer(options, (socket) => {
        const inner = connect(redis.port, redis.host);
        for (const each of [socket, inner]) each.on("error", () => {});
        socket.pipe(inner).pipe(socket);
        socket.on("close", () => inner.destroy());
      });
      server.on("tlsClientError", () => {});
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
      clean.later(() => server.close());
      return `rediss://:\${ENCODED}@localhost:${port}`;
    }

    it("reads where the certificate is of the authority it is given", async () => {
      const url = await startTls(certificates.server);
      assert.deepEqual(shown(await ask({ url, tls: { ca: certificates.ca.certFile } })), [7]);
    });

    it("shows its own certificate", async () => {
      const { ca, client } = certificates;
      const url = await startTls({ ...certificates.server, ca: ca.cert, requestCert: true, rejectUnauthorized: true });
      const tls = { ca: ca.certFile, cert: client.certFile, key: client.keyFile };
      assert.deepEqual(shown(await ask({ url, tls })), [7]);
    });

    it("refuses a certificate that nobody vouches for, and says what to do", async () => {
      const url = await startTls(certificates.selfSigned);
      await assert.rejects(
        ask(url),
        /its certificate is of no trusted authority; name the authority's file in tls\.ca/,
      );
    });

    it("says that a server without TLS speaks none", async () => {
      await assert.rejects(
        ask(`rediss://${redis.address}`),
        /cannot be asked: (it does not speak TLS|connect ETIMEDOUT|.*ECONNRESET|the connection was closed)/,
      );
    });
  });
});
