import assert from "node:assert/strict";
import fc from "fast-check";
import type { FeatureValue } from "../../../src/domain/feature.ts";
import { cleanUp } from "../../support/clean-up.ts";
import { runs } from "../../support/property.ts";
import { openSource, startServer, type TestServer, withProto } from "./support.ts";

const echo = { method: "issuer.v1.Cards/Echo" };
const anyPath = [{ path: "card_id", type: "string" }] as const;

describe("a grpc source's request", () => {
  const clean = cleanUp(after);
  let server: TestServer;
  before(async () => {
    server = await startServer(clean, (_, answer) => answer(null, {}));
  });

  const sent: readonly [request: object, key: readonly FeatureValue[], expected: object][] = [
    [{ card_id: "{a}" }, ["c1"], { card_id: "c1" }],
    [{ card_id: "{a}" }, [1.5], { card_id: "1.5" }],
    [{ card_id: "c-{a}" }, [true], { card_id: "c-true" }],
    [{ count: "{a}", size: 3 }, [-2147483648], { count: -2147483648, size: 3 }],
    [{ account: "{a}" }, [-9007199254740991], { account: "-9007199254740991" }],
    [{ account: "{a}" }, ["-9223372036854775808"], { account: "-9223372036854775808" }],
    [{ big: "{a}" }, ["18446744073709551615"], { big: "18446744073709551615" }],
    [{ amount: "{a}", ratio: "{a}" }, [0.5], { amount: 0.5, ratio: 0.5 }],
    [{ deep: "{a}" }, [true], { deep: true }],
    [{ token: "{a}" }, ["é"], { token: Buffer.from("é") }],
    [{ network: "{a}" }, ["VISA"], { network: "VISA" }],
    [{ network: "{a}" }, [2], { network: "MASTERCARD" }],
    [{ tags: ["{a}", "b {a}"] }, ["t"], { tags: ["t", "b t"] }],
    [{ limits: { day: "{a}", year: 2 } }, [1], { limits: { day: "1", year: "2" } }],
    [{ at: "{a}" }, [1_700_000_000_123], { at: { seconds: "1700000000", nanos: 123_000_000 } }],
    [{ at: "{a}" }, [-1], { at: { seconds: "-1", nanos: 999_000_000 } }],
    [{ at: "{a}" }, ["2023-11-14T22:13:20.123Z"], { at: { seconds: "1700000000", nanos: 123_000_000 } }],
    [{ at: { seconds: "{a}" } }, [5], { at: { seconds: "5" } }],
    [{ note: "{a}" }, ["n"], { note: { value: "n" } }],
    [{ note: { value: "{a}" } }, ["n"], { note: { value: "n" } }],
    [{ maybe: null, count: 1 }, ["n"], { count: 1 }],
    [{ anything: "{a}" }, [true], { anything: { boolValue: true } }],
    [
      { anything: ["{a}", null] },
      ["x"],
      { anything: { listValue: { values: [{ stringValue: "x" }, { nullValue: "NULL_VALUE" }] } } },
    ],
    [
      { details: { a: { b: "{a}" } } },
      [1],
      { details: { fields: { a: { structValue: { fields: { b: { numberValue: 1 } } } } } } },
    ],
    [{ list: ["{a}"] }, [1], { list: { values: [{ numberValue: 1 }] } }],
    [{ price: { currency: "EUR", units: "{a}" } }, [7], { price: { currency: "EUR", units: "7" } }],
    [{ parts: [{ units: "{a}" }, {}] }, [7], { parts: [{ units: "7" }, {}] }],
    [{ phone: "{a}" }, [7], { phone: "7" }],
    [{ card_id: "${NAME}/{a}" }, ["x"], { card_id: "n/x" }],
  ];
  for (const [how, entry] of [
    ["its proto", withProto],
    ["reflection", {}],
  ] as const) {
    for (const [request, key, expected] of sent) {
      it(`arrives as built by ${how}: ${JSON.stringify(request)} of ${JSON.stringify(key)}`, async () => {
        server.asked.length = 0;
        const source = openSource(
          clean,
          { ...entry, ...echo, address: server.address, request: request as never },
          anyPath,
          {
            NAME: "n",
          },
        );
        assert.equal((await source.fetch(key)).status, "OK");
        const [{ request: got }] = server.asked as [(typeof server.asked)[number]];
        assert.deepEqual(JSON.parse(JSON.stringify(got)), JSON.parse(JSON.stringify(expected)));
      });
    }
  }

  const misfits: readonly [request: object, key: readonly FeatureValue[], message: RegExp][] = [
    [
      { count: "{a}" },
      [2147483648],
      /request\.count is a number that int32 of issuer\.v1\.GetRequest\.count does not take/,
    ],
    [{ size: "{a}" }, [-1], /request\.size is a number that uint32/],
    [{ account: "{a}" }, ["secret"], /request\.account is a text that int64/],
    [{ account: "{a}" }, ["9223372036854775808"], /request\.account is a text that int64/],
    [{ network: "{a}" }, ["secret"], /request\.network is a text that the enum issuer\.v1\.Network/],
    [{ at: "{a}" }, ["secret"], /request\.at is a text and no time/],
    [{ at: "{a}" }, [1e300], /request\.at is a number and no time/],
  ];
  for (const [request, key, message] of misfits) {
    it(`is not sent where a value does not fit: ${JSON.stringify(request)} of ${JSON.stringify(key)}`, async () => {
      server.asked.length = 0;
      const source = openSource(
        clean,
        { ...withProto, ...echo, address: server.address, request: request as never },
        anyPath,
      );
      await assert.rejects(source.fetch(key), (error: Error) => {
        assert.match(error.message, message);
        assert.doesNotMatch(error.message, /secret|9223372036854775808|2147483648/);
        return true;
      });
      assert.deepEqual(server.asked, []);
    });
  }

  it("is refused at the fetch where only reflection tells its type", async () => {
    const source = openSource(clean, { address: server.address, request: { card_idd: "{a}", count: "x" } }, anyPath);
    await assert.rejects(
      source.fetch(["c"]),
      /no field "card_idd"; did you mean "card_id"\?.*request\.count is a text that int32/,
    );
  });

  it("carries any text and any number through unchanged", async () => {
    const source = openSource(
      clean,
      { ...withProto, ...echo, address: server.address, request: { card_id: "{a}", amount: "{b}", account: "{c}" } },
      [
        { path: "card_id", type: "string" },
        { path: "amount", type: "double" },
        { path: "account", type: "integer" },
      ],
    );
    const number = fc.double({ noNaN: true, noDefaultInfinity: true });
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: "grapheme" }), number, fc.maxSafeInteger(), async (text, amount, account) => {
        const { values } = await source.fetch([text, amount, account]);
        assert.deepEqual(values, [text, amount, account]);
      }),
      runs(100),
    );
  });
});
