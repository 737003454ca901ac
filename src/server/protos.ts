import { fileURLToPath } from "node:url";
import type { PackageDefinition } from "@grpc/proto-loader";
import { loadSync } from "@grpc/proto-loader";

/** The public API and the error details it travels with, loaded as `src/server/generated` was generated. */
export const protos: PackageDefinition = loadSync(
  [
    "verdict/v1/decision.proto",
    "verdict/v1/feedback.proto",
    "google/rpc/status.proto",
    "google/rpc/error_details.proto",
  ],
  {
    includeDirs: [fileURLToPath(new URL("../../proto", import.meta.url))],
    keepCase: true,
    longs: Number,
    enums: String,
    defaults: true,
    oneofs: true,
  },
);
