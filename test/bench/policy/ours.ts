import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { loadDocuments } from "../../../src/compose.ts";
import { type Config, loadConfig } from "../../../src/config.ts";
import type { CompiledPolicy } from "../../../src/decide/compile.ts";
import { resolve } from "../../../src/decide/resolve.ts";
import { warmUp } from "../../../src/decide/warm-up.ts";
import { Context } from "../../../src/features/context.ts";
import type { Truths } from "../../../src/policy/evaluate.ts";
import { type FactValues, factTypes, type GeneratedRule, outcomes, typesOf } from "./generated-rules.ts";
import { type RulesEngine, verdictOf } from "./verdict.ts";

/** Our engine made ready for some rules. All that touches its insides is in this file. */
export interface OurEngine extends RulesEngine<Context> {
  /** A context with these features present. */
  fill(facts: FactValues): Context;
  /** Whole trees of all rules, fired or not. */
  explain(context: Context): unknown;
  evaluate(context: Context): Evaluated;
  /** What a decision makes of the truths: outcome, reasons, points, score bands. */
  resolve(evaluated: Evaluated): unknown;
  /**
   * The steps of a decision that may settle early, to be run in order: features come in groups of four, after each the
   * rules that read them are looked at, and then what is still open.
   */
  arrive(facts: FactValues): readonly (() => void)[];
}

interface Evaluated {
  readonly context: Context;
  readonly truths: Truths;
}

/** Rules as a policy's document with its catalogue, in files. */
export interface PolicyFiles {
  /** What the policy's file holds, in characters. */
  readonly size: number;
  /** From reading the files until the policy can decide. */
  load(): Promise<OurEngine>;
  remove(): Promise<void>;
}

export async function writePolicy(rules: readonly GeneratedRule[]): Promise<PolicyFiles> {
  const features = Object.fromEntries(
    [...factTypes].map(([name, type]) => [name, { from: "request", path: name, type }]),
  );
  const policy = JSON.stringify({ id: "generated", outcomes, default: outcomes.at(-1), rules });
  const folder = await mkdtemp(path.join(tmpdir(), "verdict-bench-"));
  const [policiesDir, modelsDir] = [path.join(folder, "policies"), path.join(folder, "models")];
  await Promise.all([mkdir(policiesDir), mkdir(modelsDir)]);
  await writeFile(path.join(policiesDir, "features.json"), JSON.stringify({ sources: {}, features }));
  await writeFile(path.join(policiesDir, "generated.json"), policy);
  const typeOf = typesOf(rules);
  return {
    size: policy.length,
    load: async () => ready(await compiledPolicy("generated", loadConfig({ policiesDir, modelsDir })), typeOf),
    remove: async () => await rm(folder, { recursive: true }),
  };
}

/** A policy of the folder `policies/`, by either evaluator, and facts of all types for it. */
export async function shippedPolicy(id: string, evaluator: Config["evaluator"]) {
  const compiled = await compiledPolicy(id, { ...loadConfig(), evaluator });
  const typeOf = new Map(compiled.policy.rules.map(({ name, outcome }) => [name, outcome]));
  return { ...ready(compiled, typeOf), rules: compiled.policy.rules.length, slots: compiled.plan.slots };
}

async function compiledPolicy(id: string, config: Config): Promise<CompiledPolicy> {
  const bundle = await loadDocuments(config);
  await bundle.close();
  // As an engine does before documents decide.
  if (config.evaluator === "compiled") await warmUp(bundle);
  return bundle.policies.get(id)!;
}

function ready({ policy, plan, rules, settlement }: CompiledPolicy, typeOf: ReadonlyMap<string, string>): OurEngine {
  const lists = { has: () => undefined };
  const names = policy.rules.map(({ name }) => name);
  const empty = () => new Context(plan.slots, plan.index, { occurredAtMs: 0, lists });
  const set = (context: Context, facts: FactValues) => {
    for (const [at, { name }] of plan.slots.entries()) if (Object.hasOwn(facts, name)) context.set(at, facts[name]!);
    return context;
  };
  const verdict = (truths: Truths) =>
    verdictOf(
      names.filter((_, at) => truths[at] === true),
      typeOf,
    );
  return {
    name: "verdict",
    fill: (facts) => set(empty(), facts),
    decide(context) {
      const truths = rules.evaluate(context);
      return truths instanceof Promise ? truths.then(verdict) : verdict(truths);
    },
    explain: (context) => rules.explain(context),
    evaluate: (context) => ({ context, truths: rules.evaluate(context) as Truths }),
    resolve: ({ context, truths }) => resolve(policy, context, truths),
    arrive(facts) {
      const context = empty();
      const evaluation = rules.begin(context);
      const look = () => void settlement(context, evaluation.update() as Truths);
      const groups = Array.from({ length: Math.ceil(plan.slots.length / 4) }, (_, at) =>
        plan.slots.slice(4 * at, 4 * at + 4).map(({ name }) => [name, facts[name]!] as const),
      );
      const steps = groups.map((group) => () => {
        set(context, Object.fromEntries(group));
        look();
      });
      return [look, ...steps];
    },
  };
}
