import assert from "node:assert/strict";
import { getEventListeners } from "node:events";
import { writeFileSync } from "node:fs";
import path from "node:path";
import { status } from "@grpc/grpc-js";
import { Missing } from "../../../src/domain/feature.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { until } from "../../support/until.ts";
import { type Handler, openSource, startServer, type TestServer, withProto } from "./support.ts";

const features = [
  { path: "risk", type: "double" },
  { path: "owner.home_country", type: "string" },
] as const;
const good = { risk: 0.5, owner: { home_country: "FR" } };
const answerGood: Handler = (_, answer) => answer(null, good);
const fail =
  (code: status): Handler =>
  (_, answer) =>
    answer({ code, details: "the customer Secret is unknown" });

describe("a grpc source", () => {
  const clean = cleanUp();
  let server: TestServer;
  let handler: Handler;
  beforeEach(async () => {
    handler = answerGood;
    server = await startServer(clean, (call, answer) => handler(call, answer));
  });
  const open = (entry: Parameters<typeof openSource>[1] | object = {}, variables = {}) =>
    openSource(clean, { ...withProto, address: server.address, ...entry }, features, variables);

  it("answers with features, after sending its request, its metadata and the trace", async () => {
    const source = open(
      {
        metadata: { "x-card": "{card_id}", "x-tenant": "${TENANT}", "x-card-bin": "{card_id}" },
        bearer: "${TOKEN}",
      },
      { TENANT: "t", TOKEN: "t0ken" },
    );
    assert.deepEqual(await source.fetch(["c1\r\nx-evil: 1\0é"]), { status: "OK", values: [0.5, "FR"] });
    const [{ request, metadata, call }] = server.asked as [TestServer["asked"][number]];
    assert.equal(request.card_id, "c1\r\nx-evil: 1\0é");
    assert.deepEqual(metadata.get("x-card"), ["c1%0D%0Ax-evil: 1%00%C3%A9"]);
    assert.deepEqual(metadata.get("x-card-bin"), [Buffer.from("c1\r\nx-evil: 1\0é")]);
    assert.deepEqual(metadata.get("x-tenant"), ["t"]);
    assert.deepEqual(metadata.get("x-evil"), []);
    assert.deepEqual(metadata.get("authorization"), ["Bearer t0ken"]);
    assert.deepEqual(metadata.get("traceparent"), ["00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"]);
    const left = Number(call.getDeadline()) - Date.now();
    assert.ok(left > 5_000 && left <= 10_000, `${left} ms are left on the wire`);
  });

  it("sends no token of two lines, and does not show it", async () => {
    const source = open({ bearer: "${TOKEN}" }, { TOKEN: "t0ken\r\nx-evil: 1" });
    await assert.rejects(source.fetch(), (error: Error) => {
      assert.match(error.message, /^"authorization" cannot be sent: it has more than visible ASCII/);
      assert.doesNotMatch(error.message, /t0ken/);
      return true;
    });
    assert.deepEqual(server.asked, []);
  });

  it("says NOT_FOUND and TIMEOUT as the server does", async () => {
    handler = fail(status.NOT_FOUND);
    const source = open();
    const { not_found, timeout } = Missing;
    assert.deepEqual(await source.fetch(), { status: "NOT_FOUND", values: [not_found, not_found] });
    handler = fail(status.DEADLINE_EXCEEDED);
    assert.deepEqual(await source.fetch(), { status: "TIMEOUT", values: [timeout, timeout] });
  });

  it("ends by its deadline by itself", async () => {
    handler = () => {};
    assert.equal((await open().fetch(["c"], { forMs: 50 })).status, "TIMEOUT");
    assert.equal((await open().fetch(["c"], { forMs: 0 })).status, "TIMEOUT");
    assert.equal(server.asked.length, 1);
  });

  const failures: readonly [code: status, message: RegExp][] = [
    [status.INVALID_ARGUMENT, /^issuer\.v1\.Cards\/Get answers INVALID_ARGUMENT: it does not understand the request/],
    [status.UNAUTHENTICATED, /answers UNAUTHENTICATED: the credentials are missing or not accepted/],
    [status.PERMISSION_DENIED, /answers PERMISSION_DENIED: the credentials do not allow it/],
    [status.RESOURCE_EXHAUSTED, /answers RESOURCE_EXHAUSTED: it is asked too often/],
    [status.UNAVAILABLE, /answers UNAVAILABLE: it is not reached or takes no calls/],
    [status.CANCELLED, /answers CANCELLED$/],
    [status.INTERNAL, /answers INTERNAL$/],
    [status.UNKNOWN, /answers UNKNOWN$/],
  ];
  for (const [code, message] of failures) {
    it(`fails after ${status[code]} without the server's words, and answers again after it`, async () => {
      handler = fail(code);
      const source = open();
      await assert.rejects(source.fetch(), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /Secret/);
        return true;
      });
      handler = answerGood;
      assert.equal((await source.fetch()).status, "OK");
    });
  }

  it("fails where the server has no such method", async () => {
    const source = open({ method: "issuer.v1.Cards/Score", request: {} });
    server.server.unregister("/issuer.v1.Cards/Score");
    await assert.rejects(source.fetch(), /answers UNIMPLEMENTED: it has no such method; check address, and method/);
  });

  it("fails where there is no such host, saying so", async () => {
    const source = openSource(clean, { ...withProto, address: "nowhere.invalid:1" }, [{ path: "id", type: "string" }]);
    await assert.rejects(source.fetch(), /UNAVAILABLE: there is no such host; check its address/);
  });

  it("takes no response that is larger than it may be", async () => {
    handler = (_, answer) => answer(null, { id: "x".repeat(2_000) });
    await assert.rejects(
      open({ maxResponseBytes: 1_000 }).fetch(),
      /RESOURCE_EXHAUSTED: the response is larger than maxResponseBytes/,
    );
    assert.equal((await open({ maxResponseBytes: 4_000 }).fetch()).status, "OK");
    handler = (_, answer) => answer(null, { id: "x".repeat(300_000) });
    await assert.rejects(open().fetch(), /larger than maxResponseBytes/);
  });

  const wrong = { id: "c1", network: "VISA", owner: { home_country: "FR" } };
  const wrongProtos: readonly [proto: string, message: RegExp][] = [
    ["others/renumbered.proto", /the response is no issuer\.v1\.Card: .*take the server's own/],
    [
      "others/retyped.proto",
      /no issuer\.v1\.Card: field 1 \(id\) of issuer\.v1\.Card has another type on the wire.*take the server's own/,
    ],
  ];
  for (const [proto, message] of wrongProtos) {
    it(`makes nothing up with a proto that is not the server's: ${proto}`, async () => {
      handler = (_, answer) => answer(null, wrong);
      const source = openSource(clean, { proto, address: server.address }, [{ path: "network", type: "string" }]);
      await assert.rejects(source.fetch(), message);
    });
  }

  it("ends at once when it is not awaited any more, and the server is told", async () => {
    let cancelled = false;
    handler = (call) => call.on("cancelled", () => (cancelled = true));
    const source = open();
    const controller = new AbortController();
    const pending = source.fetch(["c1"], { signal: controller.signal });
    await until(() => server.asked.length > 0);
    controller.abort();
    await assert.rejects(pending, { name: "AbortError" });
    await until(() => cancelled);
    await assert.rejects(source.fetch(["c1"], { signal: controller.signal }), { name: "AbortError" });
    handler = answerGood;
    assert.equal((await source.fetch()).status, "OK");
  });

  it("leaves no listener behind in 10,000 fetches", async () => {
    const source = open();
    const { signal } = new AbortController();
    for (let round = 0; round < 100; round++) {
      const answers = await Promise.all(Array.from({ length: 100 }, () => source.fetch(["c1"], { signal })));
      assert.ok(answers.every((answer) => answer.status === "OK"));
    }
    assert.equal(getEventListeners(signal, "abort").length, 0);
  });

  it("takes a new token from its file", async () => {
    const file = path.join(await clean.folder(), "token");
    writeFileSync(file, "first\n");
    const source = open({ bearer: `file:${file}` });
    await source.fetch();
    writeFileSync(file, "second\n");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await source.fetch();
    assert.deepEqual(
      server.asked.map(({ metadata }) => metadata.get("authorization")),
      [["Bearer first"], ["Bearer second"]],
    );
  });

  it("does not open without its variables, files and proto", () => {
    assert.throws(() => open({ address: "${ELSEWHERE}" }), /ELSEWHERE is not set/);
    assert.throws(() => open({ metadata: { a: "${ELSEWHERE}" } }), /ELSEWHERE is not set/);
    assert.throws(() => open({ bearer: "file:/nowhere/token" }), /ENOENT/);
    assert.throws(() => open({ tls: { ca: "/nowhere/ca.pem" } }), /ENOENT/);
    assert.throws(() => open({ proto: "nowhere.proto" }), /the proto cannot be read/);
  });

  it("shares one connection with all sources of its server, and with those that follow when documents are swapped", async () => {
    const peers = () => new Set(server.asked.map(({ peer }) => peer));
    const first = open();
    const other = open({ method: "issuer.v1.Cards/Echo" });
    await first.fetch();
    await other.fetch();
    const following = open();
    await first.close();
    await first.close();
    await other.close();
    assert.equal((await following.fetch()).status, "OK");
    assert.equal(peers().size, 1);
    await following.close();
    await open().fetch();
    assert.equal(peers().size, 2);
  });
});
