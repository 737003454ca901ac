import assert from "node:assert/strict";
import { chmod, mkdir, rename, rm, stat, symlink, utimes, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  type BundleFolders,
  changesBetween,
  lookAt,
  nameInBundle,
  partOfBundle,
  signatureOf,
} from "../../src/decide/bundle-files.ts";
import { cleanUp } from "../support/clean-up.ts";

describe("the files of a bundle", () => {
  const parts: Readonly<Record<"content" | "name" | "nothing", readonly string[]>> = {
    content: [
      "policies/features.json",
      "policies/card-authorization.json",
      "policies/issuer.proto",
      "policies/protos/google/type/money.proto",
      "models/card-fraud/1/manifest.json",
      "models/card-fraud/1/model.onnx",
      "models/card-fraud/1/encoders/country.json",
    ],
    name: ["policies/lists/blocked_cards.txt", "policies/lists/trusted_devices.txt"],
    nothing: [
      "policies",
      "policies/README.md",
      "policies/schema/policy.json",
      "policies/others/issuer.proto",
      "policies/protos/notes.json",
      "policies/protos/.issuer.proto.swp",
      "policies/protos/issuer.proto~",
      "policies/old/card-authorization.json",
      "policies/lists/.blocked_cards.txt.swp",
      "policies/lists/blocked_cards.txt~",
      "policies/lists/old/blocked_cards.txt",
      "policies/lists/README.md",
      "policies/.card-authorization.json",
      "policies/.card-authorization.json.swp",
      "policies/.#card-authorization.json",
      "policies/#card-authorization.json#",
      "policies/card-authorization.json~",
      "policies/card-authorization.json___jb_tmp___",
      "policies/card-authorization.json___jb_old___",
      "policies/card-authorization.json.tmp",
      "policies/4913",
      "policies/..data/card-authorization.json",
      "models/README.md",
      "models/train/train.py",
      "models/card-fraud/1/.model.onnx.part",
      "models/card-fraud/1/manifest.json~",
      "models/card-fraud/1/#manifest.json#",
      "models/card-fraud/1/4913",
      "models/card-fraud/.git/HEAD",
      "models/..data/card-fraud/1/manifest.json",
      "data/card-authorization.json",
    ],
  };
  for (const [part, names] of Object.entries(parts)) {
    it(`count by their ${part}: ${names.length} names`, () => {
      assert.deepEqual(
        names.filter((name) => (partOfBundle(name) ?? "nothing") !== part),
        [],
      );
    });
  }
});

describe("a look at the files of a bundle", () => {
  const clean = cleanUp();
  let folders: BundleFolders;
  let policy: string;
  beforeEach(async () => {
    const folder = await clean.folder();
    folders = { policiesDir: path.join(folder, "policies"), modelsDir: path.join(folder, "models") };
    policy = path.join(folders.policiesDir, "p.json");
    await mkdir(path.join(folders.policiesDir, "lists"), { recursive: true });
    await mkdir(path.join(folders.modelsDir, "fraud", "1"), { recursive: true });
    await writeFile(policy, "{}");
    await writeFile(path.join(folders.policiesDir, "lists", "blocked.txt"), "a\n");
    await writeFile(path.join(folders.modelsDir, "fraud", "1", "manifest.json"), "{}");
  });

  const all = ["policies/lists/blocked.txt", "policies/p.json", "models/fraud/1/manifest.json"];
  const inLists = (name: string) => path.join(folders.policiesDir, "lists", name);
  const cases: Readonly<Record<string, [change: () => Promise<void>, changes: Readonly<Record<string, string>>]>> = {
    "nothing when nothing changed": [async () => {}, {}],
    "a file written anew": [() => writeFile(policy, "[]"), { "policies/p.json": "changed" }],
    "a file written anew in the same size and with the old time": [
      async () => {
        const { atime, mtime } = await stat(policy);
        await writeFile(policy, "[]");
        await utimes(policy, atime, mtime);
      },
      { "policies/p.json": "changed" },
    ],
    "a file that may be read by others now": [() => chmod(policy, 0o600), { "policies/p.json": "changed" }],
    "a file renamed": [
      () => rename(policy, path.join(folders.policiesDir, "q.json")),
      { "policies/p.json": "removed", "policies/q.json": "added" },
    ],
    "a file that is a link to nothing": [
      () => symlink("nothing", path.join(folders.policiesDir, "q.json")),
      { "policies/q.json": "added" },
    ],
    "a file in a folder of models that is a link": [
      async () => {
        await rename(path.join(folders.modelsDir, "fraud"), path.join(folders.modelsDir, "..fraud-1"));
        await symlink("..fraud-1", path.join(folders.modelsDir, "fraud"));
      },
      {},
    ],
    "links that lead in a circle, but not for ever": [
      () => symlink(".", path.join(folders.modelsDir, "self")),
      { "models/self/fraud/1/manifest.json": "added" },
    ],
    "a new list, and not the new entries of another": [
      async () => {
        await writeFile(inLists("blocked.txt"), "a\nb\n");
        await writeFile(inLists("trusted.txt"), "c\n");
      },
      { "policies/lists/trusted.txt": "added" },
    ],
    "all policies gone with their folder": [
      () => rm(folders.policiesDir, { recursive: true }),
      { "policies/lists/blocked.txt": "removed", "policies/p.json": "removed" },
    ],
  };
  for (const [what, [change, expected]] of Object.entries(cases)) {
    it(`finds ${what}`, async () => {
      const before = await lookAt(folders);
      assert.deepEqual([...before.keys()], all);
      await change();
      const after = await lookAt(folders);
      const changes = changesBetween(before, after);
      assert.deepEqual(Object.fromEntries(changes), expected);
      assert.equal(signatureOf(before) === signatureOf(after), changes.size === 0);
    });
  }

  it("names a file by its place in the bundle, wherever the folders are", () => {
    const { policiesDir, modelsDir } = folders;
    const names: Readonly<Record<string, string>> = {
      "policies/p.json": path.join(policiesDir, "p.json"),
      "policies/lists/blocked.txt": path.join(policiesDir, "lists", "blocked.txt"),
      "models/fraud/1/manifest.json": path.join(modelsDir, "fraud", "1", "manifest.json"),
      policies: policiesDir,
      "../elsewhere.json": "../elsewhere.json",
    };
    for (const [name, file] of Object.entries(names)) assert.equal(nameInBundle(file, folders), name);
    assert.equal(nameInBundle("here/p.json", { policiesDir: "./here", modelsDir: "there" }), "policies/p.json");
  });
});
