import { sourceKinds } from "../compose.ts";
import { catalogueSchema } from "../features/catalogue-schema.ts";
import { ManifestSchema } from "../models/manifest-schema.ts";
import { PolicySchema, PolicyTestsSchema } from "../policy/policy-schema.ts";
import {
  catalogueDefinitions,
  definitionsOf,
  manifestDefinitions,
  policyDefinitions,
  testsDefinitions,
} from "./editor-schema/definitions.ts";
import { namesFile, schemaId } from "./editor-schema/json-schema.ts";
import type { PolicyNames } from "./editor-schema/names.ts";
import { namesSchema } from "./editor-schema/names-schema.ts";
import type { Declared } from "./editor-schema/read-documents.ts";
import { type Definitions, renderSchema } from "./editor-schema/render.ts";

/** A JSON Schema file. */
export interface SchemaFile {
  readonly name: string;
  readonly content: string;
  /** What it is made of cannot be read: a file that is there already is better than this. */
  readonly provisional: boolean;
}

const nothingKnown: PolicyNames = {
  outcomes: undefined,
  reasons: undefined,
  sharedConditions: undefined,
  rules: undefined,
  scores: undefined,
};

/** Every JSON Schema file there should be. */
export function schemaFiles({ common, policies }: Declared): readonly SchemaFile[] {
  const general: SchemaFile[] = [
    {
      name: namesFile,
      content: namesSchema(common),
      provisional: common === undefined,
    },
    {
      name: "features.json",
      content: renderSchema(catalogueSchema(sourceKinds), catalogueDefinitions),
      provisional: false,
    },
    { name: "manifest.json", content: renderSchema(ManifestSchema, manifestDefinitions), provisional: false },
    { name: "policy.json", content: renderSchema(PolicySchema, policyDefinitions), provisional: false },
    {
      name: "tests.json",
      content: renderSchema(PolicyTestsSchema, testsDefinitions(policyDefinitions)),
      provisional: false,
    },
  ];
  const taken = new Set(general.map(({ name }) => name));
  // A policy called as one of these has no schema of its own: it uses that of any policy.
  const own = [...policies].filter(([id]) => !taken.has(`${id}.json`)).flatMap(([id, names]) => policyFiles(id, names));
  return [...general, ...own];
}

/** That of a policy, and that of the tests beside it. */
function policyFiles(id: string, names: PolicyNames | undefined): SchemaFile[] {
  const definitions = definitionsOf(names ?? nothingKnown);
  const file = (name: string, title: string, schema: object, own: Definitions): SchemaFile => ({
    name,
    content: renderSchema(schema, own, { $id: schemaId(name), title }),
    provisional: names === undefined,
  });
  return [
    file(`${id}.json`, `Policy ${id}`, PolicySchema, definitions),
    file(`${id}.tests.json`, `Tests of ${id}`, PolicyTestsSchema, testsDefinitions(definitions)),
  ];
}
