import assert from "node:assert/strict";
import { getEventListeners, once } from "node:events";
import { writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { gzipSync } from "node:zlib";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import { Missing } from "../../../src/domain/feature.ts";
import type { SourceFeature } from "../../../src/domain/source-kind.ts";
import type { HttpEntry } from "../../../src/sources/http/entry.ts";
import { httpKind } from "../../../src/sources/http/kind.ts";
import { cleanUp } from "../../support/clean-up.ts";

type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void;

const features: readonly SourceFeature[] = [
  { path: "$.risk.score", type: "double" },
  { path: "owner", type: "string" },
];
const good = { risk: { score: 0.5 }, owner: "o" };

describe("an http source", () => {
  const clean = cleanUp();
  let server: Server;
  let url: string;
  let handler: Handler;
  const asked: { method: string; url: string; headers: IncomingMessage["headers"]; body: string }[] = [];

  beforeEach(async () => {
    asked.length = 0;
    handler = json(good);
    server = createServer(async (request, response) => {
      let body = "";
      for await (const chunk of request) body += chunk;
      asked.push({ method: request.method!, url: request.url!, headers: request.headers, body });
      handler(request, response, body);
    }).listen(0, "127.0.0.1");
    await once(server, "listening");
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    clean.later(() => server.closeAllConnections());
    clean.later(() => server.close());
  });

  function open(entry: Partial<HttpEntry> = {}, wanted = features, variables: Record<string, string> = {}) {
    const whole: HttpEntry = { kind: "http", url: `${url}/v1/{device_id}`, ...entry };
    const { source, close } = httpKind.open("devices", whole, {
      dataDir: "",
      policiesDir: "",
      onProblem: () => {},
      variable: (name) => {
        const value = { BASE: url, ...variables }[name];
        if (value === undefined) throw new Error(`the variable ${name} is not set`);
        return value;
      },
    });
    clean.later(close);
    const fetch = source.prepare(wanted);
    return (key: readonly FeatureValue[] = ["d1"], signal: AbortSignal = AbortSignal.timeout(5_000)) =>
      fetch({
        key,
        event: { requestId: "r", occurredAtMs: 0, attributes: {} },
        include: false,
        signal,
        deadlineMs: performance.now() + 5_000,
        traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      });
  }

  const { null: absent, not_found, error } = Missing;
  const answers: readonly [name: string, handler: Handler, status: string, values: unknown[]][] = [
    ["a JSON answer", json(good), "OK", [0.5, "o"]],
    ["an answer with a null", json({ risk: { score: null }, owner: "o" }), "OK", [absent, "o"]],
    ["an answer without a part", json({ owner: "o" }), "OK", [not_found, "o"]],
    ["an answer with a wrong type", json({ risk: { score: "0.5" }, owner: 1 }), "OK", [error, error]],
    ["an answer that is a list", json([1]), "OK", [not_found, not_found]],
    ["an answer that is a number", json(1), "OK", [not_found, not_found]],
    ["an answer whose number is none", raw('{"risk":{"score":1e999},"owner":"o"}'), "OK", [error, "o"]],
    ["names that objects have anyway", raw('{"__proto__":{"risk":{"score":1}},"owner":"o"}'), "OK", [not_found, "o"]],
    ["lists in lists in lists", raw(`{"owner":${"[".repeat(50_000)}${"]".repeat(50_000)}}`), "OK", [not_found, error]],
    ["bytes that are no UTF-8", raw(Buffer.from('{"owner":"\xff"}', "latin1")), "OK", [not_found, "\ufffd"]],
    ["JSON of a vendor's type", json(good, "application/vnd.devices+json; charset=utf-8"), "OK", [0.5, "o"]],
    ["404", (_, response) => response.writeHead(404).end("nobody"), "NOT_FOUND", [not_found, not_found]],
    ["204", (_, response) => response.writeHead(204).end(), "NOT_FOUND", [not_found, not_found]],
  ];
  for (const [name, answer, status, values] of answers)
    it(`answers from ${name}`, async () => {
      handler = answer;
      const found = await open()();
      assert.deepEqual({ status: found.status, values: found.values }, { status, values });
    });

  it("says which parts are not as the catalogue says, and never their values", async () => {
    handler = json({ risk: { score: "secret" }, owner: "o" });
    const { error: problem } = await open()();
    assert.match(String(problem), /\$\.risk\.score is not double/);
    assert.doesNotMatch(String(problem), /secret/);
  });

  const failures: readonly [name: string, handler: Handler, message: RegExp][] = [
    ["500", (_, response) => response.writeHead(500).end("boom"), /answers 500/],
    ["401", (_, response) => response.writeHead(401).end(), /answers 401: the credentials/],
    ["a redirect", (_, response) => response.writeHead(302, { location: "/" }).end(), /redirects are not followed/],
    ["HTML", json(good, "text/html"), /text\/html, not application\/json/],
    ["JSON without a content type", (_, response) => response.end("{}"), /no content type/],
    ["an empty answer", (_, response) => sendText(response, ""), /0 characters is not JSON/],
    ["an answer without an end", (_, response) => sendText(response, "[".repeat(200_000)), /not JSON/],
    [
      "a packed answer that nobody asked for",
      (_, response) => response.writeHead(200, { ...jsonType, "content-encoding": "gzip" }).end(gzipSync("{}")),
      /not JSON/,
    ],
    ["no HTTP", (request) => request.socket.end("-ERR unknown command\r\n"), /HTTP|parse|expected/i],
    ["headers without end", (request) => request.socket.end(`HTTP/1.1 200 OK\r\nX: ${"x".repeat(200_000)}`), /header/i],
    ["half an answer", (_, response) => sendText(response, '{"risk":'), /not JSON/],
    ["a giant answer", (_, response) => sendText(response, `"${"x".repeat(300_000)}"`), /size|exceed/i],
    ["a broken connection", (request) => request.socket.destroy(), /socket|closed|other side/i],
    [
      "a connection that breaks in the middle",
      (request, response) => {
        response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
        response.write('{"a":');
        setImmediate(() => request.socket.destroy());
      },
      /terminated|aborted|socket|closed|other side/i,
    ],
  ];
  for (const [name, answer, message] of failures)
    it(`fails after ${name}, and answers again after it`, async () => {
      const fetch = open();
      handler = answer;
      await assert.rejects(async () => await fetch(), message);
      handler = json(good);
      assert.equal((await fetch()).status, "OK");
    });

  it("fails where nobody listens, or there is no such host", async () => {
    await assert.rejects(async () => await open({ url: "http://127.0.0.1:1/{device_id}" })(), /ECONNREFUSED/);
    await assert.rejects(
      async () => await open({ url: "http://nowhere.invalid/{device_id}" })(),
      /ENOTFOUND|EAI_AGAIN/,
    );
  });

  it("ends at once when it is not awaited any more, and leaves no connection in use", async () => {
    handler = () => {};
    const fetch = open({ connections: 1 });
    const controller = new AbortController();
    const pending = Promise.resolve(fetch(["d1"], controller.signal));
    while (asked.length === 0) await new Promise(setImmediate);
    controller.abort();
    await assert.rejects(pending, { name: "AbortError" });
    handler = json(good);
    assert.equal((await fetch()).status, "OK");
  });

  it("ends at once when it is not awaited any more while all connections are in use, and asks nothing then", async () => {
    handler = () => {};
    const fetch = open({ connections: 1 });
    const first = new AbortController();
    const inUse = Promise.resolve(fetch(["d1"], first.signal));
    while (asked.length === 0) await new Promise(setImmediate);
    const controller = new AbortController();
    const waiting = Promise.resolve(fetch(["d2"], controller.signal));
    controller.abort();
    await assert.rejects(waiting, { name: "AbortError" });
    await assert.rejects(async () => await fetch(["d3"], controller.signal), { name: "AbortError" });
    first.abort();
    await assert.rejects(inUse, { name: "AbortError" });
    handler = json(good);
    assert.equal((await fetch()).status, "OK");
    assert.deepEqual(
      asked.map(({ url: sent }) => sent),
      ["/v1/d1", "/v1/d1"],
    );
    assert.equal(getEventListeners(controller.signal, "abort").length, 0);
  });

  it("asks with values encoded where they stand, its headers, its body and the trace", async () => {
    const fetch = open(
      {
        url: "${BASE}/v1/{device_id}/x?amount={amount}&d={device_id}",
        method: "POST",
        headers: { "X-Device": "{device_id}", "X-Static": "s" },
        body: { id: "{device_id}", amount: "{amount}", nested: [{ text: "at {amount} EUR" }, true, null] },
        bearer: "${TOKEN}",
      },
      features,
      { TOKEN: "t0ken" },
    );
    await fetch(["a/../b?c=d\r\nX-Evil: 1 é", 12.5]);
    const [{ method, url: sent, headers, body }] = asked as [(typeof asked)[number]];
    assert.equal(method, "POST");
    assert.equal(
      sent,
      "/v1/a%2F..%2Fb%3Fc%3Dd%0D%0AX-Evil%3A%201%20%C3%A9/x?amount=12.5&d=a%2F..%2Fb%3Fc%3Dd%0D%0AX-Evil%3A%201%20%C3%A9",
    );
    assert.equal(headers["x-evil"], undefined);
    assert.equal(headers["x-device"], "a/../b?c=d%0D%0AX-Evil: 1 %C3%A9");
    assert.equal(headers["x-static"], "s");
    assert.equal(headers.authorization, "Bearer t0ken");
    assert.equal(headers.traceparent, "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
    assert.deepEqual(JSON.parse(body), {
      id: "a/../b?c=d\r\nX-Evil: 1 é",
      amount: 12.5,
      nested: [{ text: "at 12.5 EUR" }, true, null],
    });
  });

  it("asks for no parent folder", async () => {
    await assert.rejects(async () => await open()([".."]), /dots alone/);
    assert.deepEqual(asked, []);
  });

  it("takes a new token from its file", async () => {
    const file = path.join(await clean.folder(), "token");
    writeFileSync(file, "first\n");
    const fetch = open({ bearer: `file:${file}` });
    await fetch();
    assert.equal(asked[0]?.headers.authorization, "Bearer first");
    writeFileSync(file, "second\n");
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await fetch();
    assert.equal(asked[1]?.headers.authorization, "Bearer second");
  });

  it("does not open without its variables and files", () => {
    assert.throws(() => open({ url: "${ELSEWHERE}/x" }), /ELSEWHERE is not set/);
    assert.throws(() => open({ bearer: "file:/nowhere/token" }), /ENOENT/);
    assert.throws(() => open({ tls: { ca: "/nowhere/ca.pem" } }), /ENOENT/);
  });

  it("keeps connections, and no more than it may", async () => {
    let most = 0;
    let now = 0;
    server.on("connection", (socket) => {
      now += 1;
      most = Math.max(most, now);
      socket.on("close", () => {
        now -= 1;
      });
    });
    const fetch = open({ connections: 4 });
    await Promise.all(Array.from({ length: 100 }, (_, at) => fetch([`d${at}`])));
    assert.ok(most <= 4, `${most} connections`);
    assert.equal(asked.length, 100);
  });
});

function json(value: unknown, type = "application/json"): Handler {
  return (_, response) => response.writeHead(200, { "content-type": type }).end(JSON.stringify(value));
}

const jsonType = { "content-type": "application/json" };

function raw(body: string | Buffer): Handler {
  return (_, response) => response.writeHead(200, jsonType).end(body);
}

function sendText(response: ServerResponse, text: string): void {
  response.writeHead(200, { "content-type": "application/json" }).end(text);
}
