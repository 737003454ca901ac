import assert from "node:assert/strict";
import { type FeatureType, type Fetched, Missing } from "../../../src/domain/feature.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { openSource, startServer, type TestServer, withProto } from "./support.ts";

const { null: absent, not_found, error } = Missing;

/** As a server sends it, by proto-loader's conventions. */
const full = {
  id: "c1",
  count: -7,
  balance: "-9007199254740991",
  serial: "18446744073709551615",
  risk: 0.25,
  ratio: 0.5,
  blocked: true,
  token: Buffer.from("tökén"),
  network: "MASTERCARD",
  owner: { home_country: "FR", partner: { home_country: "ES", age: 0 } },
  scores: [0.1, 0.2],
  owners: [{ home_country: "IT" }, {}],
  limits: { day: { currency: "EUR", units: "500" }, "2": { units: 2 } },
  by_number: { 7: "seven" },
  opened_at: { seconds: 1_700_000_000, nanos: 123_999_999 },
  note: { value: "n" },
  checked: { value: false },
  anything: { structValue: { fields: { a: { listValue: { values: [{ numberValue: 3 }, { nullValue: 0 }] } } } } },
  details: { fields: { when: { stringValue: "2026-11-01T10:00:00Z" }, ok: { boolValue: true } } },
  list: { values: [{ stringValue: "first" }] },
  company: "42",
  opened_ms: "1700000000123",
  opened_text: "2023-11-14T22:13:20.123Z",
  wide: { value: "9007199254740993" },
  networks: ["VISA", "NETWORK_UNSPECIFIED"],
};

const cases: readonly [path: string, type: FeatureType, ofFull: Fetched, ofEmpty: Fetched][] = [
  ["id", "string", "c1", ""],
  ["count", "integer", -7, 0],
  ["count", "double", -7, 0],
  ["balance", "integer", -9007199254740991, 0],
  ["balance", "string", "-9007199254740991", "0"],
  ["serial", "integer", error, 0],
  ["serial", "double", error, 0],
  ["serial", "string", "18446744073709551615", "0"],
  ["risk", "double", 0.25, 0],
  ["risk", "integer", error, 0],
  ["ratio", "double", 0.5, 0],
  ["blocked", "boolean", true, false],
  ["token", "string", "tökén", ""],
  ["network", "string", "MASTERCARD", "NETWORK_UNSPECIFIED"],
  ["network", "integer", 2, 0],
  ["owner.home_country", "string", "FR", absent],
  ["$.owner.partner.home_country", "string", "ES", absent],
  ["owner.partner.age", "integer", 0, absent],
  ["owner.age", "integer", absent, absent],
  ["owner.partner.partner.age", "integer", absent, absent],
  ["scores[1]", "double", 0.2, not_found],
  ["scores[2]", "double", not_found, not_found],
  ["owners[0].home_country", "string", "IT", not_found],
  ["owners[1].home_country", "string", "", not_found],
  ["networks[0]", "string", "VISA", not_found],
  ["limits.day.units", "integer", 500, not_found],
  ["limits.2.units", "integer", 2, not_found],
  ["limits.month.units", "integer", not_found, not_found],
  ["by_number.7", "string", "seven", not_found],
  ["by_number.8", "string", not_found, not_found],
  ["opened_at", "timestamp", 1_700_000_000_123, absent],
  ["opened_at.seconds", "integer", 1_700_000_000, absent],
  ["opened_ms", "timestamp", 1_700_000_000_123, 0],
  ["opened_text", "timestamp", 1_700_000_000_123, error],
  ["note", "string", "n", absent],
  ["note.value", "string", "n", absent],
  ["checked", "boolean", false, absent],
  ["wide", "integer", error, absent],
  ["wide", "string", "9007199254740993", absent],
  ["anything.a[0]", "integer", 3, absent],
  ["anything.a[1]", "integer", absent, absent],
  ["anything.b", "integer", not_found, absent],
  ["anything", "integer", error, absent],
  ["details.when", "timestamp", Date.parse("2026-11-01T10:00:00Z"), absent],
  ["details.ok", "boolean", true, absent],
  ["list[0]", "string", "first", absent],
  ["list[1]", "string", not_found, absent],
  ["person", "string", absent, absent],
  ["company", "integer", 42, absent],
];
const features = cases.map(([path, type]) => ({ path, type }));

describe("a grpc source's features", () => {
  const clean = cleanUp(after);
  let server: TestServer;
  let response: object;
  before(async () => {
    server = await startServer(clean, (_, answer) => answer(null, response));
  });

  for (const [how, entry] of [
    ["its proto", withProto],
    ["reflection", {}],
  ] as const) {
    describe(`by ${how}`, () => {
      for (const [what, at] of [
        ["a full response", 2],
        ["an empty response", 3],
      ] as const) {
        it(`are read out of ${what}`, async () => {
          response = at === 2 ? full : {};
          const { status, values } = await openSource(clean, { ...entry, address: server.address }, features).fetch();
          const found = cases.map(([path, type], index) => [path, type, values[index]]);
          assert.deepEqual(
            found,
            cases.map((each) => [each[0], each[1], each[at]]),
          );
          assert.equal(status, "OK");
        });
      }

      it("are the whole response where that stands for a value", async () => {
        const source = openSource(
          clean,
          { ...entry, address: server.address, method: "issuer.v1.Cards/Score", request: {} },
          [{ path: "$", type: "double" }],
        );
        assert.deepEqual(await source.fetch([]), { status: "OK", values: [0.75] });
      });

      it("are told apart from what does not fit, without a value", async () => {
        response = { ...full, risk: 0.123456 };
        const source = openSource(clean, { ...entry, address: server.address }, [
          { path: "risk", type: "integer" },
          { path: "id", type: "string" },
        ]);
        const { values, error: problem } = await source.fetch();
        assert.deepEqual(values, [error, "c1"]);
        assert.match(String(problem), /not as the catalogue says: risk is not integer/);
        assert.doesNotMatch(String(problem), /0\.123456/);
      });

      it("cost no other ones when their paths lead nowhere", async () => {
        response = full;
        const source = openSource(clean, { ...entry, address: server.address }, [
          { path: "owner.home_contry", type: "string" },
          { path: "id", type: "string" },
        ]);
        const { values, error: problem } = await source.fetch();
        assert.deepEqual(values, [error, "c1"]);
        assert.match(
          String(problem),
          /issuer\.v1\.Card\.Owner has no field "home_contry"; did you mean "home_country"\?/,
        );
      });
    });
  }
});
