import { fileURLToPath } from "node:url";
import { toTimestamp } from "../../src/client/timestamp.ts";
import { toFields } from "../../src/client/value.ts";
import type { Json } from "../../src/domain/event.ts";
import type { DecideRequest } from "../../src/server/generated/verdict/v1/DecideRequest.ts";

const at = (name: string) => fileURLToPath(new URL(`fixtures/${name}`, import.meta.url));

/** One policy, `payments`: a gate, three rules, a table, two aggregates, derived features, no model. */
export const fixtures = { policiesDir: at("policies"), modelsDir: at("models") };

/** As flags of a command. */
export const fixtureFlags = ["--policies", fixtures.policiesDir, "--models", fixtures.modelsDir];

/** Noon of a day past, so that no test depends on when it runs. */
export const noon = Date.UTC(2026, 0, 7, 12);

/** A payment as the API takes it. */
export function payment(requestId: string, event: Readonly<Record<string, Json>> = {}, atMs = noon): DecideRequest {
  return {
    request_id: requestId,
    policy: "payments",
    event: toFields({ customer_id: "alice", amount: 25, terminal: { id: "t1" }, ...event }),
    occurred_at: toTimestamp(atMs),
  };
}
