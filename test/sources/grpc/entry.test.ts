import assert from "node:assert/strict";
import path from "node:path";
import type { Problem } from "../../../src/documents/problem.ts";
import type { SourceKindDefinition } from "../../../src/domain/source-kind.ts";
import { loadCatalogue } from "../../../src/features/load-catalogue.ts";
import { grpcKind } from "../../../src/sources/grpc/kind.ts";
import { protosDir } from "./support.ts";

const features = {
  card_id: { from: "request", path: "card_id", type: "string" },
  amount: { from: "request", path: "amount", type: "double" },
  tries: { from: "request", path: "tries", type: "integer" },
  is_new: { from: "request", path: "is_new", type: "boolean" },
  seen_at: { from: "request", path: "seen_at", type: "timestamp" },
};

function problemsOf(entry: object, more: object = {}): string[] {
  const problems: Problem[] = [];
  const document = { sources: { cards: { kind: "grpc", ...entry } }, features: { ...features, ...more } };
  const file = path.join(protosDir, "features.json");
  loadCatalogue(file, JSON.stringify(document), problems, [grpcKind as SourceKindDefinition]);
  return problems.map(({ path: at, message, fix }) => `${at}: ${message}; ${fix}`);
}

const good = { address: "${ISSUER_ADDR}", method: "issuer.v1.Cards/Get" };
const known = { ...good, proto: "issuer.proto" };

describe("a grpc source in the catalogue", () => {
  const accepted: readonly object[] = [
    good,
    { ...good, address: "127.0.0.1:50051", timeoutMs: 80, bearer: "${TOKEN}", tls: true },
    { ...good, address: "dns:///cards.example:443", tls: { ca: "${CA}", cert: "/etc/c.pem", key: "/etc/k.pem" } },
    {
      ...good,
      request: { what: ["{card_id}", { ever: 1 }] },
      metadata: { "x-tenant": "${TENANT}", "x-bin": "{card_id}" },
    },
    known,
    { ...known, proto: path.join(protosDir, "issuer.proto") },
    {
      ...known,
      request: {
        card_id: "{card_id}",
        count: "{tries}",
        account: "{card_id}",
        big: "18446744073709551615",
        amount: "{amount}",
        deep: "{is_new}",
        token: "{card_id}",
        network: "VISA",
        tags: ["a", "{card_id} of {amount}"],
        limits: { day: "{tries}" },
        at: "{seen_at}",
        note: "{amount}",
        anything: { any: ["{card_id}", null] },
        details: { a: "{is_new}" },
        list: ["{amount}"],
        price: { currency: "${CURRENCY}", units: 3 },
        phone: 5,
        parts: [{ units: "{tries}" }],
        maybe: null,
      },
    },
    { ...known, request: { at: "2026-11-01T10:00:00Z", network: "{card_id}", price: { units: "{seen_at}" } } },
  ];
  for (const entry of accepted)
    it(`is taken: ${JSON.stringify(entry).replace(protosDir, "…")}`, () => assert.deepEqual(problemsOf(entry), []));

  const refused: readonly [entry: object, problem: RegExp][] = [
    [{ method: "issuer.v1.Cards/Get" }, /address/],
    [{ ...good, address: "{card_id}:1" }, /address: the server must be fixed/],
    [{ ...good, address: "http://cards:1" }, /address: it is an URL; write "host:port"/],
    [{ ...good, address: "cards" }, /address: it is no address/],
    [{ ...good, method: "Get" }, /method.*right form/],
    [{ ...good, request: { a: "{devise}" } }, /there is no feature "devise"/],
    [{ ...good, request: { a: "{" } }, /request: a brace/],
    [{ ...good, metadata: { "X-A": "b" } }, /"X-A" is no key of metadata/],
    [{ ...good, metadata: { "grpc-timeout": "b" } }, /"grpc-timeout" is set by the engine/],
    [{ ...good, metadata: { authorization: "b" }, bearer: "c" }, /authorization: "bearer" sets it too/],
    [{ ...good, tls: { cert: "c.pem" } }, /tls: a certificate needs its key/],
    [{ ...good, tls: false }, /tls/],
    [{ ...good, key: ["card_id"] }, /key/],
    [{ ...known, proto: "nowhere.proto" }, /proto: the proto cannot be read: ENOENT.*correct the file/],
    [{ ...known, proto: "entry.test.ts/../issuer.binpb" }, /proto: the proto cannot be read/],
    [{ ...known, method: "issuer.v1.Card/Get" }, /no service "issuer.v1.Card"; did you mean "issuer.v1.Cards"\?/],
    [{ ...known, method: "other.Things/Get" }, /no service "other.Things"; its services: issuer.v1.Cards/],
    [{ ...known, method: "issuer.v1.Cards/Gett" }, /no method "Gett"; did you mean "Get"\?/],
    [{ ...known, method: "issuer.v1.Cards/Watch" }, /issuer.v1.Cards\/Watch streams/],
    [{ ...known, request: { cardId: "{card_id}" } }, /request\.cardId: .* no field "cardId"; did you mean "card_id"\?/],
    [
      { ...known, request: { price: { unit: 1 } } },
      /request\.price\.unit: shared.Money has no field "unit"; did you mean "units"/,
    ],
    [
      { ...known, request: { count: "{card_id}" } },
      /request\.count: is a string that int32 of .*GetRequest.count does not take/,
    ],
    [{ ...known, request: { count: "{amount}" } }, /request\.count: is a double that int32/],
    [{ ...known, request: { count: 2147483648 } }, /request\.count: is a number that int32/],
    [{ ...known, request: { size: -1 } }, /request\.size: is a number that uint32/],
    [{ ...known, request: { big: "18446744073709551616" } }, /request\.big: is a text that uint64/],
    [{ ...known, request: { account: 9007199254740992 } }, /request\.account: is a number that int64/],
    [{ ...known, request: { amount: "{is_new}" } }, /request\.amount: is a boolean that double/],
    [{ ...known, request: { deep: "{tries}" } }, /request\.deep: is an integer that bool/],
    [
      { ...known, request: { network: "VISTA" } },
      /request\.network: .*enum issuer.v1.Network.*its values: NETWORK_UNSPECIFIED, VISA/,
    ],
    [{ ...known, request: { tags: "a" } }, /request\.tags: is a text, but .*tags is a list; write it in brackets/],
    [{ ...known, request: { tags: [1, ["b"]] } }, /request\.tags\[1\]: is a list that string/],
    [{ ...known, request: { limits: ["a"] } }, /request\.limits: is a list, but .*limits is a map/],
    [{ ...known, request: { limits: { day: "{amount}" } } }, /request\.limits\.day: is a double that int64/],
    [{ ...known, request: { flags: { true: "a" } } }, /request\.flags: .*keys that are true or false/],
    [
      { ...known, request: { price: "{amount}" } },
      /request\.price: is a double, but shared.Money is a message; write an object of currency, units/,
    ],
    [{ ...known, request: { at: "{tries}" } }, /request\.at: is an integer and no time/],
    [{ ...known, request: { at: "tomorrow" } }, /request\.at: is a text and no time/],
    [{ ...known, request: { maybe: "{amount}" } }, /request\.maybe: is a double that int64/],
    [{ ...known, request: { details: "{card_id}" } }, /request\.details: is no google.protobuf.Struct/],
    [{ ...known, request: { email: "{card_id}", phone: 1 } }, /request\.phone: "email" and "phone" are of one oneof/],
  ];
  for (const [entry, problem] of refused)
    it(`is refused: ${JSON.stringify(entry)}`, () => assert.match(problemsOf(entry).join("\n"), problem));

  const paths: readonly [path: string, type: string, problem: RegExp | undefined][] = [
    ["owner.home_country", "string", undefined],
    ["$..risk", "double", /the path "\$\.\.risk" is more than names and indexes/],
    ["riskk", "double", /issuer.v1.Card has no field "riskk"; did you mean "risk"\?/],
    ["homeCountry", "string", /issuer.v1.Card has no field "homeCountry"; its fields: id, count/],
    ["id", "double", /the path "id" leads to string, which is never double; declare another type/],
    ["network", "double", /leads to the enum issuer.v1.Network, which is never double/],
    ["blocked", "integer", /leads to bool, which is never integer/],
    ["owner", "string", /leads to a issuer.v1.Card.Owner, which is never string; name one of its fields: home_country/],
    ["scores", "double", /leads to a list; name an element: "scores\[0\]"/],
    ["scores.first", "double", /Card.scores is a list, whose elements have numbers; write an index/],
    ["limits", "string", /leads to a map; name a key: "limits.key"/],
    ["id.length", "integer", /issuer.v1.Card.id has no parts; end it before "length"/],
    ["scores[0].x", "double", /issuer.v1.Card.scores has no parts/],
    ["opened_at", "string", /leads to a google.protobuf.Timestamp, which is never string; declare another type/],
    ["note", "boolean", /leads to a google.protobuf.StringValue, which is never boolean/],
  ];
  for (const [written, type, problem] of paths) {
    it(`${problem === undefined ? "takes" : "refuses"} a ${type} at ${written}`, () => {
      const found = problemsOf(known, { wanted: { from: "cards", path: written, type } }).join("\n");
      if (problem === undefined) assert.equal(found, "");
      else assert.match(found, problem);
    });
  }

  it("without a proto takes any path of names and indexes", () => {
    assert.deepEqual(problemsOf(good, { wanted: { from: "cards", path: "any.thing[0]", type: "double" } }), []);
    assert.match(
      problemsOf(good, { wanted: { from: "cards", path: "a[*]", type: "double" } }).join(),
      /more than names and indexes/,
    );
  });

  it("waits for the features that its templates name", () => {
    const entry = { ...good, kind: "grpc", request: { a: ["{b}"], c: "{b} {d}" }, metadata: { x: "{e}" } };
    assert.deepEqual(grpcKind.inputsOf(entry), ["b", "d", "e"]);
  });
});
