import { readFile } from "node:fs/promises";
import type { Json, SourceKey } from "../../domain/event.ts";
import { Missing } from "../../domain/feature.ts";
import type { FeatureSource } from "../../domain/source.ts";
import type { Catalogue, SourceSpec } from "../../features/catalogue.ts";
import { gather, planFor } from "./gather.ts";
import { type Given, makeSample } from "./sample.ts";

/** Keys to fetch with, by the features that make them. */
export interface GivenKey {
  /** For messages. */
  readonly place: string;
  readonly given: Given;
}

/** @throws if a line is no JSON object. */
export async function readKeys(file: string): Promise<readonly GivenKey[]> {
  const lines = (await readFile(file, "utf8")).split("\n");
  const keys = lines.flatMap((line, at) => (line.trim() === "" ? [] : [readLine(line, `${file}:${at + 1}`)]));
  if (keys.length === 0) throw new Error(`${file} has no keys; write one JSON object a line: {"customer_id": "42"}`);
  return keys;
}

function readLine(line: string, place: string): GivenKey {
  try {
    const given: unknown = JSON.parse(line);
    if (typeof given === "object" && given !== null && !Array.isArray(given))
      return { place, given: given as Record<string, Json> };
  } catch {}
  throw new Error(`${place}: is not one JSON object, such as {"customer_id": "42"}`);
}

/**
 * The source's key: made of the given features as a decision would make it, other sources asked where it needs them.
 * @throws saying what is missing for it.
 */
export async function keyOf(
  { place, given }: GivenKey,
  spec: SourceSpec,
  { catalogue, sources, occurredAtMs, timeoutMs }: KeyParts,
): Promise<SourceKey> {
  try {
    const sample = makeSample(catalogue, { given, occurredAtMs });
    const { plan, context, timings } = await gather(planFor(sample, spec.key, sources, timeoutMs), sample);
    return spec.key.map((name) => {
      const value = context.at(plan.index.get(name)!);
      if (value !== undefined && !(value instanceof Missing)) return value;
      const failed = [...timings.values()].find(({ error }) => error instanceof Error)?.error as Error | undefined;
      throw new Error(`the source's key needs ${name}: ${failed?.message ?? `give it with --key ${name}=VALUE`}`);
    });
  } catch (error) {
    throw new Error(`${place}: ${(error as Error).message}`);
  }
}

interface KeyParts {
  readonly catalogue: Catalogue;
  readonly sources: ReadonlyMap<string, FeatureSource>;
  readonly occurredAtMs: number;
  readonly timeoutMs: number;
}
