import assert from "node:assert/strict";
import fc from "fast-check";
import { compileKey } from "../../../src/sources/redis/key-template.ts";
import { runs } from "../../support/property.ts";

const variable = (name: string) => ({ PREFIX: "p", EMPTY: "" })[name]!;
const make = (text: string, features: readonly string[]) => compileKey(text, { features, variable });

describe("the key of a redis source", () => {
  const keys: readonly [template: string, key: readonly (string | number | boolean)[], made: string][] = [
    ["customer:{a}", ["c1"], "customer:c1"],
    ["{a}", [""], ""],
    ["${PREFIX}:{b}:{a}", ["x", "y"], "p:y:x"],
    ["{{{a}}}:x", ["c1"], "{c1}:x"],
    ["{{x}}:{a}", ["c1"], "{x}:c1"],
    ["{{{a}:{b}}}", [1.5, true], "{1.5:true}"],
    ["{a}::{b}", ["x", ":y"], "x:::y"],
    ["{a}:{b}", ["x", "y:z"], "x:y:z"],
    ["{a}", ["a:b\r\n\0 {}é🦊"], "a:b\r\n\0 {}é🦊"],
  ];
  for (const [template, key, made] of keys)
    it(`of ${template} and ${JSON.stringify(key)} is ${JSON.stringify(made)}`, () =>
      assert.equal(make(template, ["a", "b"])(key), made));

  const refused: readonly [template: string, key: readonly string[], message: RegExp][] = [
    ["{a}:{b}", ["x:y", "z"], /the value of a holds the text that separates it from the next/],
    ["{a}::{b}", ["x:", "y"], /the value of a holds the text that separates/],
    ["{a}", ["x".repeat(4097)], /the key has 4097 characters, more than the 4096/],
    ["{a}", ["\ud800"], /half of a surrogate pair/],
  ];
  for (const [template, key, message] of refused)
    it(`is refused: ${template} of ${JSON.stringify(key.map((value) => value.slice(0, 10)))}`, () => {
      assert.throws(() => make(template, ["a", "b"])(key), message);
    });

  it("is refused where an empty variable leaves two features side by side", () => {
    assert.throws(() => make("{a}${EMPTY}{b}", ["a", "b"]), /side by side, since the variable between is empty/);
  });

  it("is never the same for two different ids", () => {
    const part = fc.string({ unit: fc.constantFrom(":", "a", "b", "{", "}"), maxLength: 5 });
    const separator = fc.string({ unit: fc.constantFrom(":", "a", "b"), minLength: 1, maxLength: 3 });
    const pair = fc.tuple(part, part, part);
    const property = fc.property(separator, separator, pair, pair, (first, second, one, other) => {
      const key = make(`{a}${first}{b}${second}{c}`, ["a", "b", "c"]);
      const made = [one, other].map((ids) => {
        try {
          return key(ids);
        } catch {
          return undefined;
        }
      });
      fc.pre(!made.includes(undefined));
      assert.equal(made[0] === made[1], JSON.stringify(one) === JSON.stringify(other));
    });
    fc.assert(property, runs(2_000));
  });
});
