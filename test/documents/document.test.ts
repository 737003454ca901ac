import assert from "node:assert/strict";
import Type from "typebox";
import { formatPath, parseDocument } from "../../src/documents/document.ts";
import { DocumentError, formatProblem, type Problem } from "../../src/documents/problem.ts";

const closed = { additionalProperties: false } as const;
const Circle = Type.Object({ kind: Type.Literal("circle"), radius: Type.Number({ exclusiveMinimum: 0 }) }, closed);
const Square = Type.Object({ kind: Type.Literal("square"), side: Type.Number({ minimum: 1, maximum: 9 }) }, closed);
const Drawing = Type.Object(
  {
    title: Type.String({ minLength: 1, maxLength: 8, description: "what it shows", examples: ["a house"] }),
    visible: Type.Optional(Type.Boolean()),
    layers: Type.Optional(Type.Integer()),
    mode: Type.Optional(Type.Enum(["light", "dark"])),
    shapes: Type.Optional(Type.Array(Type.Union([Circle, Square]), { minItems: 1, maxItems: 3 })),
    tags: Type.Optional(Type.Array(Type.String(), { uniqueItems: true })),
    sizes: Type.Optional(Type.Record(Type.String({ pattern: "^[a-z]+$" }), Type.Number(), { minProperties: 1 })),
    note: Type.Optional(Type.Union([Type.Number(), Type.String()], { description: "a number or a text" })),
  },
  closed,
);

/** Each problem as `line:column path: message | mend`, in order. */
function check(text: string, expected: readonly string[]): void {
  const problems: Problem[] = [];
  const document = parseDocument("drawing.json", text, Drawing, problems);
  const found = problems.map(
    ({ line, column, path, message, fix }) => `${line}:${column} ${path}: ${message} | ${fix}`,
  );
  assert.deepEqual(found, expected);
  assert.equal(document === undefined, expected.length > 0);
}

const strict = "documents are strict JSON: no comments, no trailing commas, double quotes around names and texts";
const syntax = (place: string, message: string) => `${place} $: not valid JSON: ${message} | ${strict}`;

const syntaxErrors: readonly [name: string, text: string, problems: readonly string[]][] = [
  ["nothing at all", "", [syntax("1:1", "a value is expected")]],
  ["a comma too few", '{"a":1 "b":2}', [syntax("1:8", "a comma is expected")]],
  ["a colon too few", '{"a" 1}', [syntax("1:6", "a colon is expected")]],
  [
    "a comma too many",
    '{"title":"x"\n,}',
    [syntax("2:2", "a property name in double quotes is expected"), syntax("2:2", "a value is expected")],
  ],
  ["a comment", '{"title":"x"\n  // why\n}', [syntax("2:3", "comments are not allowed")]],
  [
    "a bracket left open",
    '{"a":[1',
    [syntax("1:8", "a closing bracket is expected"), syntax("1:8", "a closing brace is expected")],
  ],
  ["text after the end", '{"title":"x"} {}', [syntax("1:15", "more text follows the end of the document")]],
  ["an unknown escape", '{"a":"\\x"}', [syntax("1:6", "an unknown escape after a backslash")]],
  ["a broken unicode escape", '{"a":"\\u12"}', [syntax("1:6", "a malformed \\u escape")]],
  ["a number cut off", '{"a":1.}', [syntax("1:6", "a number is cut off")]],
  ["a control character", '{"a":"x\u0001"}', [syntax("1:6", "a character that is not allowed here")]],
];

const shapeErrors: readonly [name: string, text: string, problems: readonly string[]][] = [
  [
    "a property that stands twice",
    '{"title":"x",\n "title":"y"}',
    ['2:2 $.title: the property "title" stands twice in one object | keep one of the two'],
  ],
  [
    "a nested property that stands twice",
    '{"title":"x","shapes":[{"kind":"circle","radius":1,"radius":2}]}',
    ['1:52 $.shapes[0].radius: the property "radius" stands twice in one object | keep one of the two'],
  ],
  [
    "a misspelt property",
    '{"title":"x","visble":true}',
    ['1:14 $.visble: unknown property "visble" | did you mean "visible"?'],
  ],
  [
    "an unknown property that is like none",
    '{"title":"x","background":1}',
    [
      '1:14 $.background: unknown property "background" | remove it; known here: title, visible, layers, mode, shapes, tags, sizes, note',
    ],
  ],
  [
    "__proto__, which is a property like any other",
    '{"title":"x","__proto__":{"visible":1}}',
    [
      '1:14 $.__proto__: unknown property "__proto__" | remove it; known here: title, visible, layers, mode, shapes, tags, sizes, note',
    ],
  ],
  [
    "__proto__ among free names",
    '{"title":"x","sizes":{"a":1,"__proto__":{}}}',
    ['1:29 $.sizes.__proto__: "__proto__" is not a name that can stand here | use a name that matches ^[a-z]+$'],
  ],
  [
    "a name that is no identifier",
    '{"title":"x","sizes":{"A b":1}}',
    ['1:23 $.sizes["A b"]: "A b" is not a name that can stand here | use a name that matches ^[a-z]+$'],
  ],
  ["a missing property", "{}", ['1:1 $: the property "title" is missing | add "title": what it shows']],
  ["a wrong type", '{"title":5}', ['1:2 $.title: must be a text, but is 5 | what it shows, such as "a house"']],
  [
    "null for a value",
    '{"title":"x","visible":null}',
    ["1:14 $.visible: must be true or false, but is null | write true or false"],
  ],
  [
    "a fraction for a whole number",
    '{"title":"x","layers":1.5}',
    ["1:14 $.layers: must be a whole number, but is 1.5 | write a whole number"],
  ],
  [
    "a number beyond all bounds",
    '{"title":"x","layers":1e999}',
    ["1:14 $.layers: must be a whole number, but is Infinity | write a whole number"],
  ],
  ["a list for the document", "[]", ["1:1 $: must be an object, but is a list | write an object"]],
  ["an empty text", '{"title":""}', ['1:2 $.title: must not be empty | what it shows, such as "a house"']],
  ["a text too long", '{"title":"123456789"}', ["1:2 $.title: has 9 characters, at most 8 are allowed | shorten it"]],
  [
    "an unknown constant",
    '{"title":"x","mode":"drak"}',
    ['1:14 $.mode: "drak" is not known here | did you mean "dark"?'],
  ],
  [
    "a constant like none",
    '{"title":"x","mode":"sepia-toned"}',
    ['1:14 $.mode: "sepia-toned" is not known here | use one of "light", "dark"'],
  ],
  [
    "a wrong discriminator",
    '{"title":"x","shapes":[{"kind":"cirle","radius":1}]}',
    ['1:25 $.shapes[0].kind: "cirle" is not known here | did you mean "circle"?'],
  ],
  [
    "a missing discriminator",
    '{"title":"x","shapes":[{"radius":1}]}',
    ['1:24 $.shapes[0]: the property "kind" is missing | add "kind": one of "circle", "square"'],
  ],
  [
    "what is wrong in the branch that was meant",
    '{"title":"x","shapes":[{"kind":"square","side":10}, {"kind":"circle","radius":0}]}',
    [
      "1:41 $.shapes[0].side: 10 is more than 9 | use 9 or less",
      "1:70 $.shapes[1].radius: 0 is not more than 0 | use a number over 0",
    ],
  ],
  [
    "too few entries",
    '{"title":"x","shapes":[]}',
    ["1:14 $.shapes: has 0 entries, at least 1 are needed | add at least one"],
  ],
  [
    "an entry that stands twice",
    '{"title":"x","tags":["a","b","a"]}',
    ['1:30 $.tags[2]: "a" stands twice in the list | keep one of the two'],
  ],
  ["an empty object", '{"title":"x","sizes":{}}', ["1:14 $.sizes: must not be empty | add at least one entry"]],
  [
    "no type of a union",
    '{"title":"x","note":[]}',
    ["1:14 $.note: must be a number or a text, but is a list | a number or a text"],
  ],
];

const tooDeep = [
  "1:1 $: the document is too large or nested too deep | keep it under 16000000 characters and 100 levels",
];

describe("a document", () => {
  it("that has its schema's shape is given with its value and its places", () => {
    const problems: Problem[] = [];
    const text = '{ "title": "x",\n  "sizes": { "a": 1 } }';
    const document = parseDocument("drawing.json", text, Drawing, problems);
    assert.deepEqual(document?.value, { title: "x", sizes: { a: 1 } });
    document?.report(["sizes", "a"], "too small", "grow it");
    document?.report(["sizes", "b", 3], "not there", "add it");
    assert.deepEqual(problems.map(formatProblem), [
      "drawing.json:2:14 $.sizes.a: too small\n    mend: grow it",
      "drawing.json:2:3 $.sizes.b[3]: not there\n    mend: add it",
    ]);
  });

  for (const [name, text, problems] of syntaxErrors) it(`is refused for ${name}`, () => check(text, problems));
  for (const [name, text, problems] of shapeErrors) it(`is refused for ${name}`, () => check(text, problems));

  it("is told all its problems at once", () =>
    check('{"title":5,\n "visble":true,\n "mode":"drak"}', [
      '1:2 $.title: must be a text, but is 5 | what it shows, such as "a house"',
      '2:2 $.visble: unknown property "visble" | did you mean "visible"?',
      '3:2 $.mode: "drak" is not known here | did you mean "dark"?',
    ]));

  describe("nested too deep", () => {
    it("is refused before it is parsed", () => check(`${"[".repeat(101)}${"]".repeat(101)}`, tooDeep));
    it("is refused when brackets within texts hide the depth", () => check('["]",'.repeat(100_000), tooDeep));
    it("is refused when brackets of the other kind hide the depth", () => check("[}".repeat(100_000), tooDeep));
    it("is not refused for brackets that stand in texts or beside each other", () => {
      const problems: Problem[] = [];
      const tags = JSON.stringify(Array.from({ length: 200 }, (_, at) => `${"[{".repeat(at)}\\"`));
      assert.ok(parseDocument("drawing.json", `{"title":"x","tags":${tags}}`, Drawing, problems), String(problems));
    });
  });
});

describe("the place of a problem", () => {
  it("is written as a JSON path", () => {
    assert.equal(formatPath([]), "$");
    assert.equal(formatPath(["rules", 3, "event", "type"]), "$.rules[3].event.type");
    assert.equal(formatPath(["reasons", 'R "1"']), '$.reasons["R \\"1\\""]');
  });

  it("is left out where a problem is not at one place", () => {
    const problem = { file: "policies", line: 0, column: 0, path: "$", message: "cannot be read", fix: "give it" };
    assert.equal(new DocumentError([problem]).message, "1 problem:\npolicies $: cannot be read\n    mend: give it");
    assert.match(new DocumentError([problem, problem]).message, /^2 problems:\n/);
  });
});
