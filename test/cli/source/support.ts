import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { sourceCommand } from "../../../src/cli/source/command.ts";
import type { SourceReport } from "../../../src/cli/source/report.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import type { Ran } from "../../support/run-verdict.ts";
import { runCommand } from "../support/run-command.ts";

/** Documents and data of a test, in a folder of its own. */
export interface Place {
  readonly folder: string;
  readonly dataDir: string;
  /** Replaces the catalogue. */
  catalogue(document: Catalogue): Promise<void>;
  /** Adds the manifest of a model that another server runs. */
  model(name: string, runtime: object): Promise<void>;
  write(name: string, text: string): Promise<string>;
  run(...args: readonly string[]): Promise<Ran>;
  /** `check --json`. */
  check(...args: readonly string[]): Promise<Checked>;
}

interface Checked {
  readonly code: number | null;
  readonly err: string;
  readonly text: string;
  readonly ok: boolean;
  readonly sources: readonly SourceReport[];
}

interface Catalogue {
  readonly sources: object;
  readonly features?: Readonly<Record<string, object>>;
  readonly lists?: object;
}

export async function makePlace(clean: CleanUp): Promise<Place> {
  const folder = await clean.folder();
  const at = (name: string) => path.join(folder, name);
  for (const name of ["policies", "models"]) await mkdir(at(name));
  const run = (...args: readonly string[]) =>
    runCommand(sourceCommand(), [
      ...args,
      ...["--policies", at("policies"), "--models", at("models"), "--data", at("data")],
    ]);
  const write = async (name: string, text: string) => {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
    return at(name);
  };
  return {
    folder,
    dataDir: at("data"),
    write,
    run,
    async catalogue(document) {
      await write("policies/features.json", JSON.stringify({ features: {}, ...document }));
    },
    async model(name, runtime) {
      const manifest = {
        ...{ name, version: "1", runtime: { kind: "open-inference", model: name, ...runtime } },
        inputs: [{ name: "amount", type: "double", missing: "refuse" }],
        output: { tensor: "score", index: 0, type: "double" },
      };
      await write(`models/${name}/1/manifest.json`, JSON.stringify(manifest));
    },
    async check(...args) {
      const { code, out, err } = await run("check", "--json", ...args);
      return { code, err, text: out, ...(out === "" ? { ok: false, sources: [] } : JSON.parse(out)) };
    },
  };
}

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** A real HTTP server. @returns its URL. */
export async function startHttp(clean: CleanUp, handler: Handler): Promise<string> {
  const server = createServer(handler).listen(0, "127.0.0.1");
  await once(server, "listening");
  clean.later(() => server.closeAllConnections());
  clean.later(() => server.close());
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** Answers JSON to everything. */
export function json(body: object, status = 200): Handler {
  return (_, response) => response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
}
