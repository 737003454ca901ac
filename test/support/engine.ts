import { connect, type VerdictClient } from "../../src/client/client.ts";
import { fromStruct } from "../../src/client/value.ts";
import { type Config, loadConfig } from "../../src/config.ts";
import type { Json } from "../../src/domain/event.ts";
import { type Serving, serve } from "../../src/main.ts";
import type { DecideResponse__Output } from "../../src/server/generated/verdict/v1/DecideResponse.ts";
import type { CleanUp } from "./clean-up.ts";
import { fixtures, payment } from "./fixtures.ts";

export interface RunningEngine extends Serving {
  readonly client: VerdictClient;
}

/** A real engine on free ports of this process, over the fixture policy and a data folder of its own. */
export async function startEngine(
  clean: CleanUp,
  config: Partial<Config> = {},
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningEngine> {
  const free = "127.0.0.1:0";
  const dataDir = config.dataDir ?? (await clean.folder());
  const settings = {
    grpcAddress: free,
    httpAddress: free,
    logLevel: "silent",
    dataDir,
    ...fixtures,
    ...config,
  } as const;
  const serving = await serve(loadConfig(settings, environment));
  clean.later(() => serving.stop());
  return { ...serving, client: connected(clean, serving.grpcAddress) };
}

/** A client that lives as long as the test. */
export function connected(clean: CleanUp, address: string): VerdictClient {
  const client = connect(address);
  clean.later(() => client.close());
  return client;
}

/** The values of the features as the next payment would see them; counts nothing. */
export async function featuresOf(
  client: VerdictClient,
  event: Readonly<Record<string, Json>> = {},
): Promise<Record<string, Json>> {
  const answer = await client.decide({ ...payment("a look", event), dry_run: true, explain: true });
  const { features } = explanationOf(answer);
  return Object.fromEntries(Object.entries(features).map(([name, { value = null }]) => [name, value]));
}

interface Explanation {
  readonly features: Record<string, { [key: string]: Json }>;
  readonly rules: Record<string, Json>;
}

export function explanationOf({ explanation }: DecideResponse__Output): Explanation {
  if (explanation === null) throw new Error("the answer has no explanation");
  return fromStruct(explanation) as unknown as Explanation;
}

/** One sample of `/metrics`; 0 when there is none. */
export async function metric(httpAddress: string, sample: string): Promise<number> {
  const text = await (await fetch(`http://${httpAddress}/metrics`)).text();
  const line = text.split("\n").find((each) => each.startsWith(`${sample} `));
  return line === undefined ? 0 : Number(line.slice(sample.length + 1));
}
