import { randomUUID } from "node:crypto";
import { Command } from "commander";
import { connect, type VerdictClient } from "../client/client.ts";
import { ServiceError } from "../client/service-error.ts";
import { toTimestamp } from "../client/timestamp.ts";
import { fromStruct, toFields } from "../client/value.ts";
import { parseIsoTimestamp } from "../domain/timestamp.ts";
import { serve } from "../main.ts";
import type { DecideResponse__Output } from "../server/generated/verdict/v1/DecideResponse.ts";
import { configOf, withEngineOptions } from "./config-options.ts";
import { readEvent } from "./read-event.ts";
import { renderDecision } from "./render-decision.ts";

interface Flags {
  readonly policy: string;
  readonly event: string;
  readonly requestId?: string;
  readonly at?: string;
  readonly server?: string;
  readonly explain?: true;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `verdict decide`: decides one event, by a running engine or by one in this process. */
export function decideCommand(): Command {
  return withEngineOptions(new Command("decide"))
    .description("decide one event")
    .requiredOption("--policy <id>", "the policy that decides")
    .requiredOption("--event <file>", 'a JSON file with the event\'s attributes; "-" reads standard input')
    .option("--request-id <id>", "the idempotency key (default: a new one)")
    .option("--at <time>", "when the event happened, ISO 8601 (default: now)")
    .option("--server <address>", "host:port of a running engine (default: one in this process, on the data folder)")
    .option("--explain", "show every feature and every rule")
    .option("--dry-run", "decide only: count nothing")
    .option("--json", "print the response as JSON")
    .action(async (flags: Flags, command: Command) => {
      const request = await requestOf(flags, command);
      const answer = await withClient(flags, command, (client) => client.decide(request, { deadlineMs: 60_000 }));
      const explanation = answer.explanation === null ? undefined : fromStruct(answer.explanation);
      process.stdout.write(
        flags.json ? `${JSON.stringify({ ...answer, explanation })}\n` : renderDecision(answer, explanation),
      );
    });
}

async function requestOf({ policy, event, requestId, at, explain, dryRun }: Flags, command: Command) {
  const occurredAt = at === undefined ? undefined : parseIsoTimestamp(at);
  if (at !== undefined && occurredAt === undefined)
    command.error(`error: --at ${at} is not a time; write it as 2026-11-01T10:00:00Z`);
  return {
    request_id: requestId ?? randomUUID(),
    policy,
    event: toFields(await readEvent(event, command)),
    ...(occurredAt === undefined ? {} : { occurred_at: toTimestamp(occurredAt) }),
    explain: explain === true,
    dry_run: dryRun === true,
  };
}

/** Both ways go through the real API, so that both answer alike. */
async function withClient(
  { server }: Flags,
  command: Command,
  call: (client: VerdictClient) => Promise<DecideResponse__Output>,
): Promise<DecideResponse__Output> {
  const free = "127.0.0.1:0";
  const own =
    server === undefined
      ? await serve({ ...configOf(command), grpcAddress: free, httpAddress: free, logLevel: "warn" })
      : undefined;
  const client = connect(own?.grpcAddress ?? server ?? free);
  try {
    return await call(client);
  } catch (error) {
    throw ServiceError.from(error);
  } finally {
    client.close();
    await own?.stop();
  }
}
