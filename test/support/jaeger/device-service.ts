import { writeFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { CleanUp } from "../clean-up.ts";

/** Longer than any hiccup of a machine that tests run on, shorter than the source's timeout. */
const slowMs = 500;

export interface DeviceService {
  /** A folder with a policy, `devices`, that asks this service: `slow-…` takes long, `broken-…` fails. */
  readonly policiesDir: string;
  /** The headers of each request, by device. */
  readonly asked: ReadonlyMap<string, IncomingHttpHeaders>;
}

/** A real HTTP service on a free port, and documents of a policy that declines above 1,000. */
export async function startDeviceService(clean: CleanUp): Promise<DeviceService> {
  const asked = new Map<string, IncomingHttpHeaders>();
  const server = createServer(async (request, response) => {
    const device = request.url!.split("/").at(-1)!;
    asked.set(device, request.headers);
    if (device.startsWith("slow-")) await sleep(slowMs);
    response.writeHead(device.startsWith("broken-") ? 500 : 200, { "content-type": "application/json" });
    response.end(JSON.stringify({ age_days: 3 }));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  clean.later(() => {
    server.closeAllConnections();
    server.close();
  });
  const policiesDir = await clean.folder();
  const write = (name: string, json: object) => writeFile(path.join(policiesDir, name), JSON.stringify(json));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/v1/devices/{device_id}`;
  await write("features.json", {
    // The breaker would soon leave a source alone that is asked for broken devices.
    sources: { device: { kind: "http", url, timeoutMs: 5_000, breaker: { failures: 1 } } },
    features: {
      amount: { from: "request", path: "amount", type: "double", required: true },
      device_id: { from: "request", path: "device_id", type: "string", required: true },
      device_age_days: { from: "device", path: "age_days", type: "integer" },
      amount_a_day: { expr: "amount / double(device_age_days)", type: "double" },
    },
  });
  await write("devices.json", {
    id: "devices",
    deadlineMs: 10_000,
    settle: "complete",
    outcomes: ["decline", "approve"],
    default: "approve",
    rules: [
      {
        name: "large",
        conditions: {
          any: [
            { fact: "amount", operator: "greaterThan", value: 1000 },
            { fact: "amount_a_day", operator: "greaterThan", value: 1000 },
          ],
        },
        event: { type: "decline", params: { reason: "R01" } },
      },
    ],
    reasons: { R01: { internal: "The amount is large" } },
  });
  return { policiesDir, asked };
}
