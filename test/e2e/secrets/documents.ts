import { mkdir, writeFile } from "node:fs/promises";
import path from "node:path";
import { marked } from "./marks.ts";

const http = (answer: string, more = {}) => ({
  kind: "http",
  url: `\${HTTP_URL}/${answer}/{customer_id}?token=\${HTTP_TOKEN}`,
  bearer: "${HTTP_TOKEN}",
  headers: { "x-customer": "{customer_id}" },
  ...more,
});
const redis = (connection: string) => ({ kind: "redis", connection, layout: "hash", key: "customer:{customer_id}" });
const grpc = (address: string) => ({
  kind: "grpc",
  address,
  method: "issuer.v1.Cards/Get",
  request: { card_id: "{customer_id}" },
  metadata: { authorization: "${HTTP_TOKEN}" },
  timeoutMs: 2_000,
});

/** One for each way to fail, so that each is logged; and one of each kind that answers. */
export const sources = {
  good: http("good"),
  refuses: http("refuses"),
  garbage: http("garbage"),
  page: http("page"),
  redirects: http("redirects"),
  huge: http("huge", { maxResponseBytes: 100 }),
  no_http: http("anything else"),
  bad_token: http("good", { bearer: "${BAD_TOKEN}" }),
  posts: http("refuses", { method: "POST", body: { customer: "{customer_id}" } }),
  dead: { kind: "http", url: "${DEAD_URL}/{customer_id}" },
  redis_errors: redis("${REDIS_OPEN}"),
  redis_shut: redis("${REDIS_SHUT}"),
  redis_dead: redis("${REDIS_DEAD}"),
  grpc_errors: grpc("${GRPC_ADDRESS}"),
  grpc_dead: grpc("127.0.0.1:1"),
  grpc_nowhere: grpc("${BAD_ADDRESS}"),
  loaded: { kind: "table", key: ["customer_id"], keyColumns: ["id"] },
  not_loaded: { kind: "table", key: ["customer_id"], keyColumns: ["id"] },
  spend: { kind: "aggregate", key: ["customer_id"], value: "amount", retain: "1d" },
};

const fetched = Object.keys(sources).filter((name) => name !== "spend");
const nameOf = (source: string) => `${source}_name`;

const features = {
  customer_id: { from: "request", path: "customer_id", type: "string", required: true, maxLength: 64 },
  amount: { from: "request", path: "amount", type: "double" },
  ...Object.fromEntries(fetched.map((from) => [nameOf(from), { from, path: "name", type: "string" }])),
  good_score: { from: "good", path: "score", type: "double" },
  spend_1d: { from: "spend", aggregate: "sum", window: "1d" },
  as_number: { expr: "double(customer_id)", type: "double" },
};

const equal = (fact: string) => ({ fact, operator: "equal", value: "what nobody is called" });
const above = (fact: string) => ({ fact, operator: "greaterThan", value: 1 });
const rule = (name: string, conditions: object) => ({ name, conditions, event: { type: "decline" } });

const policy = {
  id: "payments",
  settle: "complete",
  deadlineMs: 5_000,
  outcomes: ["decline", "approve"],
  default: "approve",
  models: { remote_score: { model: "remote", version: "1", onMissing: { outcome: "approve", reason: "S01" } } },
  rules: [
    ...fetched.map((source) => rule(source.replaceAll("_", "-"), { all: [equal(nameOf(source))] })),
    ...["good_score", "spend_1d", "as_number"].map((fact) => rule(fact.replaceAll("_", "-"), { all: [above(fact)] })),
    rule("listed", { all: [{ fact: "customer_id", operator: "inList", value: "blocked" }] }),
  ],
  reasons: { S01: { internal: "No score" } },
};

const manifest = {
  name: "remote",
  version: "1",
  tensor: { name: "x", type: "float32" },
  inputs: [{ name: "amount", type: "double", missing: "nan" }],
  output: { tensor: "y", index: 0, type: "double" },
  runtime: { kind: "open-inference", address: "${MODEL_ADDRESS}", model: "remote" },
};

export const listFile = (root: string) => path.join(root, "policies", "lists", "blocked.txt");

/** Writes a policy that asks every source, a model elsewhere and a list, and the table to load. */
export async function writeDocuments(root: string): Promise<void> {
  const write = async (name: string, content: object | string) => {
    const file = path.join(root, name);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, typeof content === "string" ? content : JSON.stringify(content));
  };
  await write("policies/features.json", { sources, features });
  await write("policies/payments.json", policy);
  await write("policies/lists/blocked.txt", `${marked("listed")}\n`);
  await write("models/remote/1/manifest.json", manifest);
  await write("loaded.csv", `id,name\n${marked("customer")},${marked("in the table")}\n`);
}
