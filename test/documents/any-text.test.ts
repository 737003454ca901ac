import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import fc from "fast-check";
import type { TSchema } from "typebox";
import { sourceKinds } from "../../src/compose.ts";
import { parseDocument } from "../../src/documents/document.ts";
import type { Problem } from "../../src/documents/problem.ts";
import { catalogueSchema } from "../../src/features/catalogue-schema.ts";
import { ManifestSchema } from "../../src/models/manifest-schema.ts";
import { PolicySchema } from "../../src/policy/policy-schema.ts";
import { fixtures } from "../support/fixtures.ts";
import { runs } from "../support/property.ts";

const goodCatalogue = readFileSync(`${fixtures.policiesDir}/features.json`, "utf8");
const goodPolicy = readFileSync(`${fixtures.policiesDir}/payments.json`, "utf8");

/** Parses the text, which must not throw, and holds every problem's place against the text. */
function checkPlaces(text: string, schema: TSchema): void {
  const problems: Problem[] = [];
  const document = parseDocument("any.json", text, schema, problems);
  assert.equal(document === undefined, problems.length > 0);
  const lines = text.split("\n");
  for (const { line, column, message, fix } of problems) {
    assert.ok(line >= 1 && line <= lines.length, `line ${line} of ${lines.length}`);
    // The column after the last character is where something is missing.
    assert.ok(column >= 1 && column <= lines[line - 1]!.length + 1, `column ${column} of line ${line}`);
    assert.ok(message !== "" && fix !== "", "a problem without words");
  }
}

const CatalogueSchema = catalogueSchema(sourceKinds);
const schema = fc.constantFrom<TSchema>(CatalogueSchema, PolicySchema, ManifestSchema);
const scrap = fc.constantFrom(...'{}[]",:\\\n', "null", "1e999", '"x"', "__proto__", "//", "all", "fact", "-", "é");
const anyText = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(scrap).map((parts) => parts.join("")),
  fc.json(),
  fc.json({ maxDepth: 8 }),
);

/** A text with a stretch of it replaced. */
const mutated = (text: string) =>
  fc
    .tuple(fc.nat(text.length), fc.nat(20), fc.oneof(scrap, fc.string()))
    .map(([at, length, put]) => text.slice(0, at) + put + text.slice(at + length));

describe("parsing a document", () => {
  it("never throws, and places every problem within the text, for any text", () => {
    fc.assert(fc.property(anyText, schema, checkPlaces), runs(1500));
  });

  it("never throws for a good catalogue with something changed", () => {
    fc.assert(
      fc.property(mutated(goodCatalogue), (text) => checkPlaces(text, CatalogueSchema)),
      runs(500),
    );
  });

  it("never throws for a good policy with something changed", () => {
    fc.assert(
      fc.property(mutated(goodPolicy), (text) => checkPlaces(text, PolicySchema)),
      runs(500),
    );
  });
});
