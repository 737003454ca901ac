import { cp, mkdir, readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { loadDocuments } from "../../../src/compose.ts";
import { loadConfig } from "../../../src/config.ts";
import type { Bundle } from "../../../src/decide/bundle.ts";
import { type LiveBundleOptions, type LiveBundles, openLiveBundles } from "../../../src/decide/live-bundles.ts";
import { passTests } from "../../../src/decide/test-policy.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import { fixtures } from "../../support/fixtures.ts";
import { identityGraph } from "../../support/onnx.ts";

/** Policies and a model in a folder of their own, and live bundles over them. */
export interface LiveFolder {
  readonly root: string;
  /** A file by its name in the bundle: `policies/payments.json`. */
  at(name: string): string;
  write(name: string, content: string | Uint8Array): Promise<void>;
  read(name: string): Promise<string>;
  /** Changes a document in place. */
  edit(name: string, change: (document: Record<string, unknown>) => void): Promise<void>;
}

export async function liveFolder(clean: CleanUp): Promise<LiveFolder> {
  const root = await clean.folder();
  const at = (name: string) => path.join(root, name);
  const folder: LiveFolder = {
    root,
    at,
    async write(name, content) {
      await mkdir(path.dirname(at(name)), { recursive: true });
      await writeFile(at(name), content);
    },
    read: (name) => readFile(at(name), "utf8"),
    async edit(name, change) {
      const document = JSON.parse(await readFile(at(name), "utf8")) as Record<string, unknown>;
      change(document);
      await writeFile(at(name), JSON.stringify(document));
    },
  };
  await cp(fixtures.policiesDir, at("policies"), { recursive: true });
  await folder.write("models/echo/1/model.onnx", identityGraph(1));
  await folder.write("models/echo/1/manifest.json", JSON.stringify(manifest));
  return folder;
}

const manifest = {
  name: "echo",
  version: "1",
  format: "onnx",
  opset: { "": 13 },
  tensor: { name: "x", type: "float32" },
  inputs: [{ name: "amount", type: "double", missing: "nan" }],
  output: { tensor: "y", index: 0, type: "double" },
};

/** What the live bundles did. */
interface Seen {
  loads: number;
  opened: number;
  closed: number;
  /** As last told. */
  open: number;
  readonly swaps: string[];
  readonly rejections: string[];
  mends: number;
  readonly troubles: unknown[];
}

export interface Watched {
  readonly bundles: LiveBundles;
  readonly seen: Seen;
}

interface WatchParts extends Partial<LiveBundleOptions> {
  /** Runs before the files are read. */
  readonly beforeLoad?: () => Promise<void>;
  readonly close?: (bundle: Bundle) => Promise<void>;
}

/** Opens live bundles over a folder; by default they are only looked at when told to. */
export async function watch(clean: CleanUp, folder: LiveFolder, parts: WatchParts = {}): Promise<Watched> {
  const { beforeLoad = async () => {}, close = (bundle) => bundle.close(), ...options } = parts;
  const folders = { policiesDir: folder.at("policies"), modelsDir: folder.at("models") };
  const config = loadConfig({ ...folders, dataDir: folder.at("data") }, {});
  const seen: Seen = { loads: 0, opened: 0, closed: 0, open: 0, swaps: [], rejections: [], mends: 0, troubles: [] };
  const bundles = await openLiveBundles({
    folders,
    load: async () => {
      seen.loads += 1;
      await beforeLoad();
      const bundle = await loadDocuments(config);
      seen.opened += 1;
      return {
        ...bundle,
        async close() {
          seen.closed += 1;
          await close(bundle);
        },
      };
    },
    examine: passTests,
    everyMs: 600_000,
    graceMs: 600_000,
    now: Date.now,
    onSwap: ({ digest }) => seen.swaps.push(digest),
    onReject: (_state, { reason }) => seen.rejections.push(reason),
    onMend: () => {
      seen.mends += 1;
    },
    onOpen: (count) => {
      seen.open = count;
    },
    onTrouble: (error) => seen.troubles.push(error),
    ...options,
  });
  clean.later(() => bundles.close());
  return { bundles, seen };
}
