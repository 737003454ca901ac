import { readFile, writeFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { loadTable } from "../../../src/sources/table/load.ts";
import type { CleanUp } from "../../support/clean-up.ts";
import { startRedis } from "../../support/redis/server.ts";
import { policy } from "./requests.ts";

const shipped = (name: string) => fileURLToPath(new URL(`../../../${name}`, import.meta.url));

/** What an engine is started with, and the Redis that it asks. */
export interface EngineSetup {
  readonly dataDir: string;
  readonly flags: readonly string[];
  readonly redisPid: number;
}

/**
 * The card-authorization policy as shipped (aggregates, expressions, a model, 18 rules), and beside these a table and a real
 * Redis, which know every customer, with two rules of what they tell.
 */
export async function prepareEngine(clean: CleanUp, customerIds: readonly string[]): Promise<EngineSetup> {
  const redis = await startRedis(clean);
  const [dataDir, policiesDir] = [await clean.folder(), await clean.folder()];
  const customers = customerIds.map((id, at) => ({ id, country: at % 9 === 0 ? "DE" : "FR", days: at % 4000 }));
  const file = path.join(policiesDir, "customers.csv");
  const lines = customers.map(({ id, country, days }) => `${id},${country},${days}\n`);
  await writeFile(file, `id,country,account_age_days\n${lines.join("")}`);
  const columns = { id: "string", country: "string", account_age_days: "integer" } as const;
  await loadTable({ dataDir, name: "customers", file, key: ["id"], columns });

  const pipeline = redis.client().pipeline();
  for (const { id, days } of customers)
    pipeline.hset(`customer:${id}`, {
      risk: days / 4000,
      chargebacks_90d: days % 3,
      mean_amount_90d: 10 + (days % 90),
    });
  await pipeline.exec();

  const save = (name: string, json: object) => writeFile(path.join(policiesDir, name), JSON.stringify(json));
  await save("features.json", withSources(await readShipped("features.json"), `redis://${redis.address}`));
  await save(`${policy}.json`, withRules(await readShipped(`${policy}.json`)));
  return { dataDir, flags: ["--policies", policiesDir, "--models", shipped("models")], redisPid: redis.pid() };
}

interface Documents {
  readonly sources: object;
  readonly features: object;
  readonly rules: readonly object[];
  readonly reasons: object;
}

async function readShipped(name: string): Promise<Documents> {
  return JSON.parse(await readFile(shipped(`policies/${name}`), "utf8")) as Documents;
}

function withSources(catalogue: Documents, connection: string): object {
  return {
    ...catalogue,
    sources: {
      ...catalogue.sources,
      customers: { kind: "table", key: ["customer_id"], keyColumns: ["id"] },
      feature_store: { kind: "redis", connection, layout: "hash", key: "customer:{customer_id}" },
    },
    features: {
      ...catalogue.features,
      customer_country: { from: "customers", path: "country", type: "string" },
      account_age_days: { from: "customers", path: "account_age_days", type: "integer" },
      customer_risk: { from: "feature_store", path: "risk", type: "double" },
      chargebacks_90d: { from: "feature_store", path: "chargebacks_90d", type: "integer" },
      mean_amount_90d: { from: "feature_store", path: "mean_amount_90d", type: "double" },
    },
  };
}

function withRules(shippedPolicy: Documents): object {
  const rule = (name: string, type: string, reason: string, ...leaves: readonly [string, string, unknown][]) => ({
    name,
    conditions: { all: leaves.map(([fact, operator, value]) => ({ fact, operator, value })) },
    event: { type, params: { reason } },
  });
  const rules = [
    rule(
      "new-account-abroad",
      "review",
      "R90",
      ["account_age_days", "lessThan", 30],
      ["customer_country", "notEqual", "FR"],
    ),
    rule(
      "risky-customer",
      "review",
      "R91",
      ["customer_risk", "greaterThan", 0.95],
      ["chargebacks_90d", "greaterThanInclusive", 2],
      ["amount", "greaterThan", { fact: "mean_amount_90d" }],
    ),
  ];
  const reasons = { R90: { internal: "A new account abroad" }, R91: { internal: "A customer with chargebacks" } };
  return {
    ...shippedPolicy,
    rules: [...shippedPolicy.rules, ...rules],
    reasons: { ...shippedPolicy.reasons, ...reasons },
  };
}
