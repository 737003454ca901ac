import { writeFile } from "node:fs/promises";
import path from "node:path";
import { loadDocuments } from "../../../../src/compose.ts";
import { loadConfig } from "../../../../src/config.ts";
import type { DecideResponse__Output } from "../../../../src/server/generated/verdict/v1/DecideResponse.ts";
import type { ConnectionEntry } from "../../../../src/sources/redis/connection-entry.ts";
import type { CleanUp } from "../../../support/clean-up.ts";
import { fixtures } from "../../../support/fixtures.ts";

const features = {
  customer_id: { from: "request", path: "customer_id", type: "string", required: true },
  device_id: { from: "request", path: "device_id", type: "string" },
  amount: { from: "request", path: "amount", type: "double", required: true },
};

const listed = (fact: string, value: string, operator = "inList") => ({ all: [{ fact, operator, value }] });

/** Declines who is blocked; reviews whose device is not trusted, and whoever nobody can tell of. */
const policy = {
  id: "payments",
  settle: "complete",
  deadlineMs: 5_000,
  outcomes: ["decline", "review", "approve"],
  default: "approve",
  rules: [
    {
      name: "blocked",
      onUnknown: "ignore",
      conditions: listed("customer_id", "blocked"),
      event: { type: "decline" },
    },
    { name: "untrusted", conditions: listed("device_id", "trusted", "notInList"), event: { type: "review" } },
    {
      name: "blocked-device",
      mode: "shadow",
      conditions: listed("device_id", "blocked"),
      event: { type: "decline" },
    },
  ],
};

/** Policies over two lists in one Redis. */
export async function writeDocuments(
  clean: CleanUp,
  connection: ConnectionEntry,
  { timeoutMs = 2_000, overPolicy = {} }: { readonly timeoutMs?: number; readonly overPolicy?: object } = {},
): Promise<{ readonly policiesDir: string; readonly modelsDir: string }> {
  const policiesDir = await clean.folder();
  const list = (name: string) => ({ kind: "redis", key: `list:${name}`, connection, timeoutMs });
  const catalogue = { sources: {}, features, lists: { blocked: list("blocked"), trusted: list("trusted") } };
  await writeFile(path.join(policiesDir, "features.json"), JSON.stringify(catalogue));
  await writeFile(path.join(policiesDir, "payments.json"), JSON.stringify({ ...policy, ...overPolicy }));
  return { policiesDir, modelsDir: fixtures.modelsDir };
}

/** What the folder says is not good. */
export async function problemsIn(folders: {
  readonly policiesDir: string;
  readonly modelsDir: string;
}): Promise<string> {
  return await loadDocuments(loadConfig(folders, {})).then(
    async (bundle) => {
      await bundle.close();
      return "";
    },
    (error: Error) => error.message,
  );
}

export function statusesOf({ sources }: DecideResponse__Output): Record<string, string> {
  return Object.fromEntries(sources.map(({ name, status }) => [name, status]));
}

export function resultsOf({ rules }: DecideResponse__Output): Record<string, string> {
  return Object.fromEntries(rules.map(({ name, result }) => [name, result]));
}
