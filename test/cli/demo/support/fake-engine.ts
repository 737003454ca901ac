import { status } from "@grpc/grpc-js";
import { fromTimestamp } from "../../../../src/client/timestamp.ts";
import { fromFields, toFields } from "../../../../src/client/value.ts";
import type { Json } from "../../../../src/domain/event.ts";
import type { DecideRequest__Output } from "../../../../src/server/generated/verdict/v1/DecideRequest.ts";
import type { DecideResponse } from "../../../../src/server/generated/verdict/v1/DecideResponse.ts";
import type { Event__Output } from "../../../../src/server/generated/verdict/v1/Event.ts";
import type { Label__Output } from "../../../../src/server/generated/verdict/v1/Label.ts";
import { type Serving, serve } from "../../../client/support/serve.ts";

/** Everything the engine was asked, in the order in which it arrived. */
type Asked =
  | { readonly event: Event__Output }
  | { readonly label: Label__Output }
  | { readonly decide: DecideRequest__Output };

export interface FakeEngine extends Serving {
  readonly asked: Asked[];
}

/** A gRPC server in the engine's place: declines amounts over 220 and reviews those over 150; refuses chosen requests. */
export async function fakeEngine(
  refuse: (request: DecideRequest__Output) => boolean = () => false,
): Promise<FakeEngine> {
  const asked: Asked[] = [];
  const serving = await serve({
    Decide: ({ request }, done) => {
      asked.push({ decide: request });
      if (refuse(request)) done({ code: status.RESOURCE_EXHAUSTED, details: "overloaded" });
      else done(null, answer(request));
    },
    RecordEvents: (call, done) => {
      let accepted = 0;
      call.on("data", (event) => {
        asked.push({ event });
        accepted++;
      });
      call.on("end", () => done(null, { accepted }));
    },
    ReportLabels: (call, done) => {
      let accepted = 0;
      call.on("data", (label) => {
        asked.push({ label });
        accepted++;
      });
      call.on("end", () => done(null, { accepted }));
    },
  });
  return { ...serving, asked };
}

/** The same answer to the same request, always. */
export function answer(request: DecideRequest__Output): DecideResponse {
  const amount = Number(fromFields(request.event).amount);
  const outcome = amount > 220 ? "decline" : amount > 150 ? "review" : "approve";
  const rules = [
    { name: "amount-over-220", outcome: "decline", mode: "live", result: amount > 220 ? "FIRED" : "NOT_FIRED" },
    { name: "amount-over-150", outcome: "review", mode: "live", result: amount > 150 ? "FIRED" : "NOT_FIRED" },
    { name: "at-night", outcome: "review", mode: "shadow", result: isNight(request) ? "FIRED" : "NOT_FIRED" },
  ] as const;
  return {
    decision_id: `decision-of-${request.request_id}`,
    request_id: request.request_id,
    outcome,
    reasons:
      outcome === "approve"
        ? []
        : [
            {
              code: "A01",
              message: "The amount is far above what this customer has ever spent in one purchase before",
              rule: "amount-over-150",
            },
          ],
    scores: [
      {
        model: "card-fraud",
        version: "1",
        value: Math.min(1, amount / 300),
        percentile: 97.5,
        band: outcome,
        status: "OK",
      },
    ],
    rules: rules.filter(({ result }) => request.explain || result === "FIRED"),
    policy: { id: request.policy, digest: "0123456789abcdef" },
    completeness: amount > 230 ? "PARTIAL" : "COMPLETE",
    missing_features: [],
    settled_early: amount > 220,
    sources: [
      source("customer_spend", 0.05, 0.4, { contribution_ms: 0.4, critical: true }),
      source("terminal_activity", 0.05, 0.2, { contribution_ms: 0 }),
      source("device", 0.45, 0.25, amount > 230 ? { status: "TIMEOUT" } : { contribution_ms: 0.25, critical: true }),
    ],
    elapsed_ms: 1,
    trace_id: "4bf92f3577b34da6a3ce929d0e0e4736",
    explanation: request.explain ? { fields: toFields(explanation(amount)) } : null,
  };
}

function isNight(request: DecideRequest__Output): boolean {
  return new Date(fromTimestamp(request.occurred_at!)).getUTCHours() <= 6;
}

function source(name: string, start_ms: number, duration_ms: number, rest: object) {
  return { name, kind: "aggregate", status: "OK", start_ms, duration_ms, contribution_ms: 0, ...rest } as const;
}

function explanation(amount: number): { readonly [name: string]: Json } {
  return {
    features: {
      customer_tx_count_1d: { value: 3, state: "present", origin: "customer_spend" },
      amount: { value: amount, state: "present", origin: "request" },
      device_age_days: { value: null, state: "timeout", origin: "device" },
    },
    rules: {
      "amount-over-220": {
        all: [{ fact: "amount", operator: "greaterThan", value: 220, actual: amount, result: true }],
      },
    },
  };
}
