import assert from "node:assert/strict";
import { chmod, cp, mkdir, rename, rm, symlink } from "node:fs/promises";
import { cleanUp } from "../support/clean-up.ts";
import { type LiveFolder, liveFolder, watch } from "./support/live.ts";

type Do = (folder: LiveFolder) => Promise<unknown>;

const payments = "policies/payments.json";
const features = "policies/features.json";
const manifest = "models/echo/1/manifest.json";
const describeAnew: Do = ({ edit }) =>
  edit(payments, (policy) => {
    policy.description = "anew";
  });

/** Moves a folder aside and puts a link in its place, as deployments do that switch the link later. */
async function behindLink({ at, root }: LiveFolder, name: string, target: string): Promise<void> {
  await rename(at(name), `${root}/${target}`);
  await symlink(target, at(name));
}

async function switchLink({ at }: LiveFolder, name: string, target: string): Promise<void> {
  await symlink(target, at(`${name}.new`));
  await rename(at(`${name}.new`), at(name));
}

/** As Kubernetes mounts a ConfigMap: each file links to `..data/file`, and `..data` to a folder of one version. */
async function asConfigMap(folder: LiveFolder): Promise<void> {
  const { at } = folder;
  await rename(at("policies"), at("..version-1"));
  await mkdir(at("policies"));
  await rename(at("..version-1"), at("policies/..version-1"));
  await symlink("..version-1", at("policies/..data"));
  for (const name of ["payments.json", "features.json"]) await symlink(`..data/${name}`, at(`policies/${name}`));
}

describe("a change that is good", () => {
  const clean = cleanUp();

  const taken: Readonly<Record<string, { prepare?: Do; change: Do; policies?: string[]; models?: string[] }>> = {
    "a policy written in place": { change: describeAnew },
    "a policy saved by renaming a new file over it": {
      change: async (folder) => {
        const { at } = folder;
        await cp(at(payments), at("aside.json"));
        await describeAnew(folder);
        await rename(at(payments), at("edited.json"));
        await rename(at("aside.json"), at(payments));
        await rename(at("edited.json"), at(payments));
      },
    },
    "a policy that is new": {
      change: async ({ read, write }) =>
        write("policies/transfers.json", (await read(payments)).replace('"id": "payments"', '"id": "transfers"')),
      policies: ["payments", "transfers"],
    },
    "a policy renamed in from elsewhere": {
      change: async ({ at, read, write }) => {
        await write("transfers.json", (await read(payments)).replace('"id": "payments"', '"id": "transfers"'));
        await rename(at("transfers.json"), at("policies/transfers.json"));
      },
      policies: ["payments", "transfers"],
    },
    "a policy renamed away": {
      change: ({ at }) => rename(at(payments), at("policies/payments.json.off")),
      policies: [],
    },
    "a policy deleted": { change: ({ at }) => rm(at(payments)), policies: [] },
    "the folder of policies replaced": {
      change: async (folder) => {
        await cp(folder.at("policies"), folder.at("old"), { recursive: true });
        await describeAnew(folder);
        await rename(folder.at("policies"), folder.at("next"));
        await rename(folder.at("old"), folder.at("policies"));
        await rm(folder.at("policies"), { recursive: true });
        await rename(folder.at("next"), folder.at("policies"));
      },
    },
    "a link that is the folder of policies switched": {
      prepare: (folder) => behindLink(folder, "policies", "version-1"),
      change: async (folder) => {
        await cp(folder.at("version-1"), folder.at("version-2"), { recursive: true });
        await folder.edit("version-2/payments.json", (policy) => {
          policy.description = "anew";
        });
        await switchLink(folder, "policies", "version-2");
      },
    },
    "a ConfigMap's data switched": {
      prepare: asConfigMap,
      change: async (folder) => {
        await cp(folder.at("policies/..version-1"), folder.at("policies/..version-2"), { recursive: true });
        await folder.edit("policies/..version-2/payments.json", (policy) => {
          policy.description = "anew";
        });
        await switchLink(folder, "policies/..data", "..version-2");
        await rm(folder.at("policies/..version-1"), { recursive: true });
      },
    },
    "a model's manifest": {
      change: ({ edit }) =>
        edit(manifest, (document) => {
          document.description = "anew";
        }),
    },
    "a model that is new": {
      change: async ({ at, edit }) => {
        await cp(at("models/echo/1"), at("models/echo/2"), { recursive: true });
        await edit("models/echo/2/manifest.json", (document) => {
          document.version = "2";
        });
      },
      models: ["echo/1", "echo/2"],
    },
    "a model's folder switched by its link": {
      prepare: (folder) => behindLink(folder, "models/echo/1", "models/..echo-1"),
      change: async (folder) => {
        await cp(folder.at("models/..echo-1"), folder.at("models/..echo-2"), { recursive: true });
        await folder.edit("models/..echo-2/manifest.json", (document) => {
          document.description = "anew";
        });
        await switchLink(folder, "models/echo/1", "../..echo-2");
      },
    },
    "all models gone": { change: ({ at }) => rm(at("models"), { recursive: true }), models: [] },
  };
  for (const [what, { prepare, change, policies = ["payments"], models = ["echo/1"] }] of Object.entries(taken)) {
    it(`is taken over: ${what}`, async () => {
      const folder = await liveFolder(clean);
      await prepare?.(folder);
      const { bundles, seen } = await watch(clean, folder);
      const before = bundles.current();
      await change(folder);
      await bundles.refresh();
      assert.equal(bundles.state().rejected, undefined);
      assert.notEqual(bundles.current().digest, before.digest);
      assert.deepEqual([...bundles.current().policies.keys()], policies);
      assert.deepEqual([...bundles.current().models.keys()], models);
      assert.deepEqual(seen.swaps, [bundles.current().digest]);
      assert.deepEqual([seen.rejections, seen.troubles], [[], []]);
    });
  }

  const others: Readonly<Record<string, Do>> = {
    "vim's swap file and probe": async ({ write }) => {
      await write("policies/.payments.json.swp", "b0VIM");
      await write("policies/4913", "");
      await write("models/echo/1/4913", "");
    },
    "a backup": ({ at }) => cp(at(payments), at(`${payments}~`)),
    "emacs' autosave and lock": async ({ at, write }) => {
      await write("policies/#payments.json#", "{");
      await symlink("somebody@somewhere.1:1", at("policies/.#payments.json"));
    },
    "JetBrains' temporary file": ({ write }) => write("policies/payments.json___jb_tmp___", "{"),
    "a new file not yet renamed over the old": ({ write }) => write("policies/payments.json.tmp", "{"),
    "a schema made for editors": ({ write }) => write("policies/schema/policy.json", "{}"),
    "notes and training code": async ({ write }) => {
      await write("policies/README.md", "notes");
      await write("models/train/train.py", "pass");
    },
  };
  for (const [what, write] of Object.entries(others)) {
    it(`is none, and nothing is read: ${what}`, async () => {
      const folder = await liveFolder(clean);
      const { bundles, seen } = await watch(clean, folder);
      await write(folder);
      await bundles.refresh();
      assert.equal(seen.loads, 1);
    });
  }
});

describe("a change that is not good", () => {
  const clean = cleanUp();
  const isRoot = process.getuid?.() === 0;

  /** Each file with its change, and the path and message of each problem. */
  const refused: Readonly<Record<string, { change: Do; files: Readonly<Record<string, [string, ...RegExp[]]>> }>> = {
    "a policy half written": {
      change: async ({ read, write }) => write(payments, (await read(payments)).slice(0, 300)),
      files: { [payments]: ["changed", /^\$ not valid JSON/, /^\$ not valid JSON/, /^\$ not valid JSON/] },
    },
    "a policy cut off to nothing": {
      change: ({ write }) => write(payments, ""),
      files: { [payments]: ["changed", /^\$ not valid JSON: a value is expected/] },
    },
    "the catalogue deleted": {
      change: ({ at }) => rm(at(features)),
      files: { [features]: ["removed", /^\$ the feature catalogue is missing/] },
    },
    "all documents deleted": {
      change: async ({ at }) => {
        await rm(at(features));
        await rm(at(payments));
      },
      files: { [features]: ["removed", /^\$ the feature catalogue is missing/], [payments]: ["removed"] },
    },
    "the folder of policies gone": {
      change: ({ at }) => rename(at("policies"), at("elsewhere")),
      files: {
        policies: ["unchanged", /^\$ the folder of policies cannot be read \(ENOENT\)/],
        [features]: ["removed"],
        [payments]: ["removed"],
      },
    },
    "a policy under another's name": {
      change: ({ at }) => rename(at(payments), at("policies/transfers.json")),
      files: {
        [payments]: ["removed"],
        "policies/transfers.json": ["added", /^\$\.id the policy "payments" lies in transfers\.json/],
      },
    },
    "a policy that is a link to nothing": {
      change: ({ at }) => symlink("nothing", at("policies/transfers.json")),
      files: { "policies/transfers.json": ["added", /^\$ the document cannot be read \(ENOENT\)/] },
    },
    ...(isRoot
      ? {}
      : {
          "a policy that may not be read": {
            change: ({ at }: LiveFolder) => chmod(at(payments), 0),
            files: { [payments]: ["changed", /^\$ the document cannot be read \(EACCES\)/] as [string, RegExp] },
          },
        }),
    "two broken documents, told with each other and with the good one that waits for them": {
      change: async (folder) => {
        await describeAnew(folder);
        await folder.write("policies/broken.json", "{");
        await folder.edit(manifest, (document) => {
          document.format = "pickle";
        });
      },
      files: {
        [payments]: ["changed"],
        "policies/broken.json": ["added", /^\$ not valid JSON/],
        [manifest]: ["changed", /^\$\.format /],
      },
    },
    "a feature taken from rules that need it": {
      change: ({ edit }) =>
        edit(features, (document) => {
          delete (document.features as Record<string, unknown>).share_of_day;
        }),
      files: {
        [features]: ["changed"],
        [payments]: ["unchanged", /^\$\.rules\[0\].* there is no feature "share_of_day"/, /share_of_day/],
      },
    },
    "a policy that fails its tests": {
      change: ({ edit }) =>
        edit(payments, (policy) => {
          (policy.tests as object[]).push({ name: "never", given: { amount: 25 }, expect: { outcome: "decline" } });
        }),
      files: {
        [payments]: ["changed", /^\$\.tests\[2\] the test "never" fails: outcome: expected decline, got approve/],
      },
    },
    "a model's graph gone": {
      change: ({ at }) => rm(at("models/echo/1/model.onnx")),
      files: { [manifest]: ["unchanged", /^\$ model\.onnx is missing/], "models/echo/1/model.onnx": ["removed"] },
    },
    "a model's graph half copied": {
      change: ({ write }) => write("models/echo/1/model.onnx", Buffer.from([8, 7, 58])),
      files: {
        [manifest]: ["unchanged", /^\$ model\.onnx cannot be loaded/],
        "models/echo/1/model.onnx": ["changed"],
      },
    },
    "a manifest that is a link to nothing": {
      change: async ({ at }) => {
        await rm(at(manifest));
        await symlink("nothing", at(manifest));
      },
      files: { [manifest]: ["changed", /^\$ the manifest cannot be read \(ENOENT\)/] },
    },
  };
  for (const [what, { change, files }] of Object.entries(refused)) {
    it(`leaves the last good bundle deciding, is told file by file, and can be taken back: ${what}`, async () => {
      const folder = await liveFolder(clean);
      const { bundles, seen } = await watch(clean, folder);
      const before = bundles.current();
      await cp(folder.at("policies"), folder.at("good/policies"), { recursive: true });
      await cp(folder.at("models"), folder.at("good/models"), { recursive: true });
      await change(folder);
      await bundles.refresh();
      assert.equal(bundles.current().digest, before.digest);
      const rejected = bundles.state().rejected;
      assert.deepEqual(seen.rejections, [rejected?.reason]);
      const found = Object.fromEntries(
        rejected!.files.map(({ file, change, problems }) => [
          file,
          [change, ...problems.map(({ path, message }) => `${path} ${message}`)],
        ]),
      );
      assert.deepEqual(Object.keys(found), Object.keys(files).sort());
      for (const [file, [change, ...patterns]] of Object.entries(files)) {
        const [foundChange, ...messages] = found[file]!;
        assert.equal(foundChange, change, file);
        assert.equal(messages.length, patterns.length, messages.join("\n"));
        for (const [at, pattern] of patterns.entries()) assert.match(messages[at]!, pattern);
      }
      for (const { problems } of rejected!.files) for (const { mend } of problems) assert.notEqual(mend, "");

      await bundles.refresh();
      assert.equal(seen.rejections.length, 1, "the same is told once");
      for (const name of ["policies", "models"]) {
        await rm(folder.at(name), { recursive: true, force: true });
        await rename(folder.at(`good/${name}`), folder.at(name));
      }
      await bundles.refresh();
      assert.equal(bundles.state().rejected, undefined);
      assert.equal(bundles.current().digest, before.digest);
      assert.equal(seen.mends, 1);
      // Whatever was opened on the way is closed again.
      assert.equal(seen.opened - seen.closed, 1);
    });
  }

  it("tells line and column of each problem", async () => {
    const folder = await liveFolder(clean);
    const { bundles } = await watch(clean, folder);
    const text = await folder.read(payments);
    await folder.write(payments, text.replace('"fact": "is_night"', '"fact": "is_nigth"'));
    await bundles.refresh();
    const [found] = bundles.state().rejected!.files;
    const line = text.split("\n").findIndex((each) => each.includes("is_night"));
    assert.deepEqual(found, {
      file: payments,
      change: "changed",
      problems: [
        {
          line: line + 1,
          column: text.split("\n")[line]!.indexOf('"fact"') + 1,
          path: "$.rules[1].conditions.all[0].fact",
          message: 'there is no feature "is_nigth"',
          mend: 'did you mean "is_night"?',
        },
      ],
    });
  });
});
