import { systemClock } from "../../src/domain/clock.ts";
import type { Decision } from "../../src/domain/decision.ts";
import { type GrpcOptions, type GrpcServer, listen } from "../../src/server/grpc.ts";
import type { CleanUp } from "../support/clean-up.ts";

/** A decision in which nothing happened. */
export const emptyDecision: Decision = {
  decisionId: "d1",
  requestId: "r1",
  policy: "payments",
  policyDigest: "00",
  outcome: "approve",
  defaultOutcome: "approve",
  shadowOutcome: undefined,
  reasons: [],
  scores: [],
  rules: [],
  completeness: "COMPLETE",
  missingFeatures: new Map(),
  settledEarly: false,
  gated: false,
  steps: [],
  criticalPath: [],
  deadlineMs: 700,
  elapsedMs: 1,
  arrivedAtMs: 0,
  trace: {
    traceId: "0".repeat(31).concat("1"),
    spanId: "0".repeat(15).concat("1"),
    parentSpanId: undefined,
    sampled: false,
  },
  ignoredAttributes: [],
  dryRun: false,
  explanation: undefined,
};

/** The real server on a free port, over deciding that a test controls. */
export async function serveFakes(clean: CleanUp, options: Partial<GrpcOptions>): Promise<GrpcServer> {
  const server = await listen({
    address: "127.0.0.1:0",
    maxInFlight: 100,
    clock: systemClock,
    decide: async () => emptyDecision,
    feedback: { recordEvent: async () => "accepted", reportLabel: async () => "accepted" },
    onError: () => {},
    ...options,
  });
  clean.later(() => server.drain(0));
  return server;
}
