import assert from "node:assert/strict";
import { type Import, importsOf, read, sources } from "./sources.ts";

/** A file that may do what its folder may not. */
interface Exception {
  readonly file: string;
  readonly mayImport: string;
  readonly because: string;
}

/** What the files under a path may import of this project; their own folder always, libraries unless said otherwise. */
interface Rule {
  readonly files: string;
  readonly mayImport: readonly string[];
  readonly libraries?: false;
  readonly because: string;
  readonly except?: readonly Exception[];
}

const rules: readonly Rule[] = [
  {
    files: "src/domain/",
    mayImport: [],
    libraries: false,
    because: "the words of the business must be readable, and stay, without any technology",
  },
  {
    files: "src/documents/",
    mayImport: ["src/domain/"],
    because: "reading documents is a leaf: it knows text and schemas, not what is described in them",
  },
  {
    files: "src/features/",
    mayImport: ["src/domain/", "src/documents/"],
    because: "features know neither models nor rules: decide joins them",
  },
  {
    files: "src/models/",
    mayImport: ["src/domain/", "src/documents/"],
    because: "models know neither where features come from nor what rules make of scores: decide joins them",
  },
  {
    files: "src/policy/",
    mayImport: ["src/domain/", "src/documents/"],
    because: "rules see names and values, whatever gave them: decide joins them",
  },
  {
    files: "src/decide/",
    mayImport: ["src/domain/", "src/documents/", "src/features/", "src/models/", "src/policy/"],
    because: "deciding is tested without a server, a store or a trace; those are given to it",
  },
  {
    files: "src/sources/",
    mayImport: ["src/domain/"],
    because: "a source can be replaced by another without anyone noticing",
  },
  { files: "src/record/", mayImport: ["src/domain/"], because: "a record is made of a decision, after it" },
  {
    files: "src/observe/",
    mayImport: ["src/domain/"],
    because: "observation is around the work, not inside: it sees finished decisions",
  },
  {
    files: "src/server/",
    mayImport: ["src/domain/", "src/decide/"],
    because: "handlers translate; deciding is elsewhere, and so are sources and metrics",
  },
  {
    files: "src/client/",
    mayImport: ["src/domain/", "src/server/generated/", "src/server/protos.ts"],
    because: "a client knows the engine by its API alone",
  },
  {
    files: "src/latency/",
    mayImport: ["src/domain/", "src/documents/", "src/decide/attribute.ts"],
    because: "many decisions are looked at as attribution looks at one, from what was written of them alone",
  },
  {
    files: "src/simulate/",
    mayImport: ["src/domain/"],
    because: "made-up events owe nothing to the engine that decides them",
  },
  {
    files: "src/config.ts",
    mayImport: ["src/domain/", "src/documents/"],
    because: "every part is configured by plain values",
    except: [
      {
        file: "src/config.ts",
        mayImport: "src/observe/logger.ts",
        because: "the levels of the log are the logger's to name",
      },
      {
        file: "src/config.ts",
        mayImport: "src/sources/redis/connection-entry.ts",
        because: "aggregates name their Redis as sources of the catalogue do",
      },
    ],
  },
  {
    files: "src/compose.ts",
    mayImport: [
      "src/config.ts",
      "src/domain/",
      "src/documents/",
      "src/decide/",
      "src/features/",
      "src/models/",
      "src/policy/",
      "src/sources/",
      "src/record/",
      "src/observe/",
    ],
    because: "the one place where parts meet; servers and commands are built on what it gives",
  },
  {
    files: "src/compose-outside.ts",
    mayImport: ["src/config.ts", "src/compose.ts", "src/domain/", "src/features/", "src/models/", "src/sources/"],
    because: "what lies outside is wired for those who look at it as compose wires it for decisions",
  },
  {
    files: "src/main.ts",
    mayImport: ["src/config.ts", "src/compose.ts", "src/server/", "src/domain/"],
    because: "it tells the life of an engine, and constructs nothing itself",
  },
  {
    files: "src/cli/",
    mayImport: [
      "src/config.ts",
      "src/compose.ts",
      "src/compose-outside.ts",
      "src/main.ts",
      "src/domain/",
      "src/documents/",
      "src/decide/",
      "src/features/",
      "src/models/",
      "src/policy/",
      "src/client/",
      "src/latency/",
      "src/simulate/",
      "src/server/generated/",
    ],
    because: "commands run an engine or call one; none reaches past compose into a source, or into a server",
    except: [
      {
        file: "src/cli/table-load.ts",
        mayImport: "src/sources/table/",
        because: "a load fills a table beside the engine: there is no engine to compose",
      },
      {
        file: "src/cli/table-progress.ts",
        mayImport: "src/sources/table/fill.ts",
        because: "it draws the progress that the load reports, and needs its type",
      },
      {
        file: "src/cli/editor-schema/list-names.ts",
        mayImport: "src/sources/list/names.ts",
        because: "editors complete the names of lists, which are those of their files",
      },
      ...["src/cli/list-files.ts", "src/cli/list-read.ts", "src/cli/list-edit.ts"].map((file) => ({
        file,
        mayImport: "src/sources/list/",
        because: "lists are read and edited in their files, beside the engines that follow them",
      })),
    ],
  },
];

const allImports: readonly Import[] = sources.flatMap(importsOf);
const within = (place: string, file: string) => file === place || (place.endsWith("/") && file.startsWith(place));
const shown = ({ from, line, to }: Import) => `${from}:${line} imports ${to}`;

describe("imports", () => {
  it("are found: the table below is about real ones", () => {
    assert.ok(allImports.length > 300, `${allImports.length}`);
    const missing = allImports.filter(({ to }) => to.startsWith("src/") && !sources.includes(to));
    assert.deepEqual(missing.map(shown), []);
  });

  for (const { files, mayImport, libraries, because, except = [] } of rules) {
    const what = mayImport.length === 0 ? "nothing else of this project" : `only ${mayImport.join(", ")}`;
    it(`${files} imports ${what}: ${because}`, () => {
      const allowed = ({ from, to }: Import) =>
        to.startsWith("src/")
          ? [files, ...mayImport].some((place) => within(place, to)) ||
            except.some((each) => each.file === from && within(each.mayImport, to))
          : libraries !== false;
      assert.deepEqual(allImports.filter((each) => within(files, each.from) && !allowed(each)).map(shown), []);
    });
  }

  it("have a rule for every file", () => {
    assert.deepEqual(
      sources.filter((file) => !rules.some(({ files }) => within(files, file))),
      [],
    );
  });

  it("need every exception that is made", () => {
    const used = ({ file, mayImport }: Exception) =>
      allImports.some(({ from, to }) => from === file && within(mayImport, to));
    assert.deepEqual(
      rules.flatMap(({ except = [] }) => except.filter((each) => !used(each))),
      [],
    );
  });

  it("construct sources and observation in compose alone", () => {
    const found = allImports.filter(
      ({ from, to, typeOnly }) =>
        !typeOnly &&
        /^src\/(sources|observe|record)\//.test(to) &&
        !/^src\/(sources|observe|record)\//.test(from) &&
        ![
          "src/compose.ts",
          "src/compose-outside.ts",
          "src/cli/table-load.ts",
          "src/config.ts",
          "src/cli/editor-schema/list-names.ts",
        ].includes(from) &&
        !from.startsWith("src/cli/list-"),
    );
    assert.deepEqual(found.map(shown), []);
  });

  it("have no cycles", () => {
    const done = new Set<string>();
    const cycles: string[] = [];
    const visit = (file: string, trail: readonly string[]) => {
      if (trail.includes(file)) cycles.push([...trail.slice(trail.indexOf(file)), file].join(" → "));
      if (done.has(file)) return;
      done.add(file);
      for (const { to } of importsOf(file)) if (to.startsWith("src/")) visit(to, [...trail, file]);
    };
    for (const file of sources.filter((each) => !each.startsWith("src/server/generated/"))) visit(file, []);
    // Generated types name each other both ways; as types they are gone at run time.
    assert.deepEqual(
      cycles.filter((cycle) => !cycle.startsWith("src/server/generated/")),
      [],
    );
  });

  it("process.env is read in src/config.ts alone", () => {
    assert.deepEqual(
      sources.filter((file) => /process\.env|process\["env"\]|\benv\b.*from "node:process"/.test(read(file))),
      ["src/config.ts"],
    );
  });
});
