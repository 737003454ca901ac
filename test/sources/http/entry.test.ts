import assert from "node:assert/strict";
import type { SourceKindDefinition } from "../../../src/domain/source-kind.ts";
import { loadCatalogue } from "../../../src/features/load-catalogue.ts";
import { httpKind } from "../../../src/sources/http/kind.ts";

const features = {
  device_id: { from: "request", path: "device_id", type: "string" },
  score: { from: "devices", path: "$.risk.score", type: "double" },
};

function problemsOf(entry: object, more: object = {}): string[] {
  const problems: { path: string; message: string; fix: string }[] = [];
  const document = { sources: { devices: { kind: "http", ...entry } }, features: { ...features, ...more } };
  loadCatalogue("features.json", JSON.stringify(document), problems as never[], [httpKind as SourceKindDefinition]);
  return problems.map(({ path, message, fix }) => `${path}: ${message}; ${fix}`);
}

const good = { url: "https://devices.example/v1/{device_id}" };

describe("an http source in the catalogue", () => {
  const accepted: readonly object[] = [
    good,
    { url: "${DEVICE_URL}/v1/{device_id}?verbose=1", timeoutMs: 80, connections: 8, bearer: "${TOKEN}" },
    { ...good, method: "POST", body: { id: "{device_id}", list: [1, null] }, headers: { "X-Tenant": "${TENANT}" } },
    { ...good, tls: { ca: "${CA_FILE}", cert: "/etc/c.pem", key: "/etc/k.pem" }, maxResponseBytes: 1024 },
  ];
  for (const entry of accepted) it(`is taken: ${JSON.stringify(entry)}`, () => assert.deepEqual(problemsOf(entry), []));

  const refused: readonly [entry: object, problem: RegExp][] = [
    [{}, /\$\.sources\.devices.*url/],
    [{ url: "devices/{device_id}" }, /url: the server must be fixed/],
    [{ url: "https://{device_id}/x" }, /url: the server must be fixed/],
    [{ url: "https://host{device_id}/x" }, /url: the server must be fixed/],
    [{ url: "ftp://host/x" }, /url: the server must be fixed/],
    [{ url: "https://host/{device id}" }, /url: a brace begins or ends no name/],
    [{ url: "https://host/{devise_id}" }, /there is no feature "devise_id"; did you mean "device_id"/],
    [{ url: "https://host/x#{device_id}" }, /what follows # is never sent/],
    [{ ...good, body: {} }, /body: a GET has no body/],
    [{ ...good, headers: { Host: "x" } }, /headers.*"Host" is set by the engine/],
    [{ ...good, headers: { "a b": "x" } }, /"a b" is no header's name/],
    [{ ...good, headers: { A: "{" } }, /headers.*a brace/],
    [{ ...good, method: "PUT" }, /method/],
    [{ ...good, key: ["device_id"] }, /key/],
  ];
  for (const [entry, problem] of refused)
    it(`is refused: ${JSON.stringify(entry)}`, () => assert.match(problemsOf(entry).join("\n"), problem));

  it("is refused with a feature whose path is more than names and indexes", () =>
    assert.match(
      problemsOf(good, { all: { from: "devices", path: "$..score", type: "double" } }).join("\n"),
      /features\.all\.path: the path "\$\.\.score" is more than names/,
    ));

  it("waits for the features that its templates name", () => {
    const entry = { kind: "http", url: "${A}/{b}/{c}", headers: { X: "{d}" }, body: ["{b}", { e: "{e}" }] };
    assert.deepEqual(httpKind.inputsOf(entry as never), ["b", "c", "d", "e"]);
  });
});
