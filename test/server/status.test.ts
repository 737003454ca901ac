import assert from "node:assert/strict";
import { status } from "@grpc/grpc-js";
import { ServiceError } from "../../src/client/service-error.ts";
import { type ErrorReason, errorStatus, VerdictError } from "../../src/domain/errors.ts";
import { toStatus } from "../../src/server/status.ts";

/** What a caller makes of it. */
function arrived(error: unknown) {
  const { code, details, metadata } = toStatus(error);
  return ServiceError.from(Object.assign(new Error(), { code, details, metadata })).toJSON();
}

describe("an error on the wire", () => {
  for (const [reason, code] of Object.entries(errorStatus)) {
    it(`${reason} travels as ${code}, with its reason and its bad fields`, () => {
      assert.ok(code in status);
      const violations = [
        { field: "event.amount", description: "must be a finite number" },
        { field: "request_id", description: "is required" },
      ];
      assert.deepEqual(arrived(new VerdictError(reason as ErrorReason, "it is wrong", violations)), {
        code,
        reason,
        message: "it is wrong",
        violations,
      });
    });
  }

  for (const error of [new Error("password is 1234"), "a text", undefined, { code: 5, details: "mine" }]) {
    it(`shows nothing of ${error instanceof Error ? "an error" : typeof error} that was not meant for callers`, () => {
      assert.deepEqual(arrived(error), {
        code: "INTERNAL",
        reason: "INTERNAL",
        message: "internal error",
        violations: [],
      });
    });
  }
});
