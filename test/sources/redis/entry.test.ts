import assert from "node:assert/strict";
import type { SourceKindDefinition } from "../../../src/domain/source-kind.ts";
import { loadCatalogue } from "../../../src/features/load-catalogue.ts";
import { redisKind } from "../../../src/sources/redis/kind.ts";

const features = {
  customer_id: { from: "request", path: "customer_id", type: "string" },
  driver: { from: "request", path: "driver", type: "integer" },
  seen: { from: "request", path: "seen", type: "timestamp" },
};

function problemsOf(entry: object, more: object = {}): string[] {
  const problems: { path: string; message: string; fix: string }[] = [];
  const document = { sources: { store: { kind: "redis", ...entry } }, features: { ...features, ...more } };
  loadCatalogue("features.json", JSON.stringify(document), problems as never[], [redisKind as SourceKindDefinition]);
  return problems.map(({ path, message, fix }) => `${path}: ${message}; ${fix}`);
}

const hash = { layout: "hash", key: "customer:{customer_id}" };
const join = { driver_id: { feature: "driver", type: "int64" } };
const feast = { layout: "feast", project: "p", join };

describe("a redis source in the catalogue", () => {
  const accepted: readonly object[] = [
    hash,
    { ...hash, layout: "json", timeoutMs: 20, maxValueBytes: 1024, description: "d" },
    { ...hash, layout: "string", connection: "${FEATURES_URL}" },
    { ...hash, key: "${PREFIX}:{{{customer_id}}}:{driver}", connection: "rediss://u:p@features.example:6380/2" },
    { ...hash, connection: { url: "rediss://features.example", tls: { ca: "${CA_FILE}" } } },
    { ...hash, connection: { sentinels: ["a:26379", "b"], name: "m", password: "${PASSWORD}", db: 1 } },
    { ...hash, connection: { nodes: ["${NODES}"], username: "u", password: "${PASSWORD}", tls: {} } },
    { ...feast, ttl: "1d" },
    { ...feast, ttl: { driver_stats: "2h" }, join: { ...join, c: { feature: "customer_id", type: "string" } } },
  ];
  for (const entry of accepted) it(`is taken: ${JSON.stringify(entry)}`, () => assert.deepEqual(problemsOf(entry), []));

  const refused: readonly [entry: object, problem: RegExp][] = [
    [{ key: "a:{customer_id}" }, /the property "layout" is missing/],
    [{ ...hash, layout: "hsh" }, /layout: "hsh" is not known here; did you mean "hash"/],
    [{ layout: "hash" }, /layout "hash" needs a key; add "key"/],
    [{ ...hash, key: "customers" }, /key: names no feature, so all events would share one key/],
    [{ ...hash, key: "customer:{customer_id" }, /key: a brace begins or ends no name/],
    [{ ...hash, key: "customer:{custmer_id}" }, /there is no feature "custmer_id"; did you mean "customer_id"/],
    [{ ...hash, key: "{{customer_id}}:{driver}" }, /key: {{customer_id}} is the text "{customer_id}" in every key/],
    [{ ...hash, key: "c:{customer_id}{driver}" }, /key: {customer_id} and {driver} stand side by side/],
    [{ ...hash, ttl: "1d" }, /ttl: "ttl" means nothing in layout "hash"/],
    [{ ...hash, join }, /join: "join" means nothing in layout "hash"/],
    [{ ...hash, maxValueBytes: 0 }, /maxValueBytes: 0 is less than 1/],
    [{ ...hash, connection: "http://h" }, /connection: the connection is no Redis URL; write redis:\/\//],
    [{ ...hash, connection: "redis://h/a" }, /connection: the path of a Redis URL is a database's number; write/],
    [{ ...hash, connection: { url: "redis://h?db=1" } }, /connection\.url: the Redis URL has a part after \? or #/],
    [{ ...hash, connection: "redis://{customer_id}" }, /connection: a connection is the same for all events/],
    [{ ...hash, connection: { nodes: [] } }, /connection\.nodes: has 0 entries, at least 1 are needed/],
    [{ ...hash, connection: { sentinels: ["a"] } }, /connection: the property "name" is missing/],
    [{ ...hash, connection: { nodes: ["a"], url: "redis://h" } }, /connection\.\w+: "\w+" cannot stand beside "\w+"/],
    [{ ...feast, project: undefined }, /layout "feast" needs a project/],
    [{ ...feast, join: undefined }, /layout "feast" needs a join/],
    [{ ...feast, key: "a:{driver}" }, /key: layout "feast" makes its key of join and project/],
    [{ ...feast, maxValueBytes: 5 }, /"maxValueBytes" means nothing in layout "feast"/],
    [{ ...feast, ttl: "1 day" }, /ttl/],
    [{ ...feast, join: {} }, /join: must not be empty/],
    [{ ...feast, join: { d: { feature: "driver" } } }, /join\.d: the property "type" is missing/],
    [
      { ...feast, join: { d: { feature: "drver", type: "int64" } } },
      /there is no feature "drver"; did you mean "driver"/,
    ],
    [
      { ...feast, join: { d: { feature: "customer_id", type: "int64" } } },
      /join\.d\.type: customer_id is of type string, but int64 takes features of type integer/,
    ],
    [{ ...feast, join: { d: { feature: "seen", type: "int64" } } }, /seen is of type timestamp/],
    [
      { ...feast, join: { d: { feature: "driver", type: "string" } } },
      /driver is of type integer, but string takes features of type string/,
    ],
  ];
  for (const [entry, problem] of refused)
    it(`is refused: ${JSON.stringify(entry)}`, () => assert.match(problemsOf(entry).join("\n"), problem));

  const paths: readonly [layout: string, path: string, problem: RegExp | undefined][] = [
    ["hash", "any: name $", undefined],
    ["json", "$.a[0].b", undefined],
    ["json", "$..a", /the path "\$\.\.a" leads nowhere in layout "json"; write names and indexes/],
    ["string", "$", undefined],
    ["string", "a", /leads nowhere in layout "string"; the value is all there is: write "\$"/],
    ["feast", "driver_stats:conv_rate", undefined],
    ["feast", "conv_rate", /leads nowhere in layout "feast"; write "view:feature"/],
  ];
  for (const [layout, path, problem] of paths)
    it(`${problem === undefined ? "takes" : "refuses"} the path ${path} in layout ${layout}`, () => {
      const entry = layout === "feast" ? feast : { ...hash, layout };
      const found = problemsOf(entry, { f: { from: "store", path, type: "string" } });
      if (problem === undefined) assert.deepEqual(found, []);
      else assert.match(found.join("\n"), problem);
    });

  it("waits for the features that its key names", () => {
    const inputsOf = (entry: object) => redisKind.inputsOf({ kind: "redis", ...entry } as never);
    assert.deepEqual(inputsOf({ layout: "hash", key: "{{{b}}}:${C}:{a}:{b}" }), ["b", "a"]);
    const two = {
      x: { feature: "b", type: "int64" },
      a: { feature: "a", type: "string" },
      z: { feature: "b", type: "int32" },
    };
    assert.deepEqual(inputsOf({ ...feast, join: two }), ["b", "a"]);
  });
});
