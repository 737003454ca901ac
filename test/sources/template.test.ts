import assert from "node:assert/strict";
import fc from "fast-check";
import { compileTemplate, featuresIn, parseTemplate } from "../../src/sources/template.ts";
import { runs } from "../support/property.ts";

const scope = {
  features: ["device_id", "amount"],
  variable: (name: string) => {
    if (name === "BASE") return "http://{x}";
    throw new Error(`the variable ${name} is not set`);
  },
  encode: encodeURIComponent as (value: unknown) => string,
};

describe("a template", () => {
  const cases: readonly [text: string, key: (string | number)[], made: string][] = [
    ["/v1/devices/{device_id}", ["a/b c", 0], "/v1/devices/a%2Fb%20c"],
    ["${BASE}/{amount}/{device_id}/{amount}", ["d", 1.5], "http://{x}/1.5/d/1.5"],
    ["no names", [], "no names"],
    ["", [], ""],
    ["$ and {device_id}$", ["d"], "$ and d$"],
  ];
  for (const [text, key, made] of cases)
    it(`is filled in: ${JSON.stringify(text)}`, () => assert.equal(compileTemplate(text, scope)(key), made));

  for (const text of ["{", "a}b", "{A}", "{a b}", "{{a}}", "${a}", "{}", "{a"])
    it(`is refused: ${text}`, () => assert.equal(parseTemplate(text), undefined));

  it("says which variable is not set", () =>
    assert.throws(() => compileTemplate("${ELSEWHERE}/x", scope), /ELSEWHERE is not set/));

  it("names its features once, in order", () =>
    assert.deepEqual(featuresIn(["/{b}/{a}", "{b}{c}${D}", "{"]), ["b", "a", "c"]));

  it("takes no value for a name or a variable", () => {
    fc.assert(
      fc.property(fc.string(), (value) => {
        const render = compileTemplate("a {device_id} b", { ...scope, encode: String });
        assert.equal(render([value]), `a ${value} b`);
      }),
      runs(200),
    );
  });
});
