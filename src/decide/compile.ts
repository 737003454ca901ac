import type { AggregateSpec } from "../domain/aggregate.ts";
import type { Fetched } from "../domain/feature.ts";
import { Missing } from "../domain/feature.ts";
import type { FeatureSource } from "../domain/source.ts";
import { type Catalogue, inputsOf } from "../features/catalogue.ts";
import { Pace } from "../features/pace.ts";
import { type ModelNode, makePlan, type NodeAnswer, nodesFor, type Plan } from "../features/plan.ts";
import type { Model } from "../models/model.ts";
import type { Models } from "../models/registry.ts";
import { factsOf } from "../policy/condition.ts";
import type { Evaluator, MakeEvaluator } from "../policy/evaluate.ts";
import type { Policy } from "../policy/policy.ts";
import { membershipNodes } from "./memberships.ts";
import { type Settlement, settlementOf } from "./settle.ts";
import { withoutShadow } from "./shadow.ts";

/** A policy ready to decide: its plan and its evaluators. Immutable; made once a bundle. */
export interface CompiledPolicy {
  readonly policy: Policy;
  /** The policy were no rule in shadow; undefined if none is. */
  readonly allLive: Policy | undefined;
  readonly plan: Plan;
  /** Learns from the policy's decisions; all else here never changes. */
  readonly pace: Pace;
  /** Nodes that need only the event: derived features that cost no fetch. */
  readonly eventNodes: ReadonlySet<number>;
  /** Nodes that the gate needs. */
  readonly gateNodes: ReadonlySet<number>;
  readonly allNodes: ReadonlySet<number>;
  readonly gate: Evaluator | undefined;
  /** Of the policy's rules, in order. */
  readonly rules: Evaluator;
  readonly settlement: Settlement;
  /** What each event counts in. */
  readonly counters: readonly Counter[];
  /** Attributes of the event (top level) that the policy uses. */
  readonly attributes: ReadonlySet<string>;
  readonly modelOf: ReadonlyMap<string, Model>;
}

/** How events count in one aggregate source. */
interface Counter {
  readonly spec: AggregateSpec;
  readonly keySlots: readonly number[];
  readonly valueSlot: number | undefined;
}

/** What policies are compiled against. */
export interface CompileParts {
  readonly catalogue: Catalogue;
  readonly models: Models;
  readonly sources: ReadonlyMap<string, FeatureSource>;
  /** The lists of the catalogue, by name; see `ListDefinition.open`. */
  readonly lists: ReadonlyMap<string, FeatureSource>;
  readonly makeEvaluator: MakeEvaluator;
}

export function compilePolicy(policy: Policy, parts: CompileParts): CompiledPolicy {
  const { catalogue, models, sources, makeEvaluator } = parts;
  const gateFacts = policy.gate === undefined ? [] : [...factsOf(policy.gate.conditions)];
  const needed = new Set(gateFacts);
  for (const { facts, rollout } of policy.rules) {
    for (const fact of facts) needed.add(fact);
    if (rollout !== undefined) needed.add(rollout.by);
  }
  for (const { feature } of policy.scores) needed.add(feature);

  const modelOf = new Map(
    policy.scores.map(({ feature, model, version }) => [feature, models.get(`${model}/${version}`)!]),
  );
  const nodes = [...modelOf].map(([feature, model]) => modelNode(feature, model));
  const counted = countedSources(catalogue, needed, modelOf);
  for (const source of counted) if (source.value !== undefined) needed.add(source.value);
  const plan = makePlan(catalogue, needed, nodes, sources, membershipNodes(policy, parts));
  const slotOf = (fact: string) => plan.index.get(fact)!;

  return {
    policy,
    allLive: withoutShadow(policy),
    plan,
    pace: new Pace(plan),
    eventNodes: nodesOfEvent(plan),
    gateNodes: nodesFor(plan, gateFacts),
    allNodes: new Set(plan.nodes.keys()),
    gate: policy.gate && makeEvaluator([policy.gate.conditions], slotOf),
    rules: makeEvaluator(
      policy.rules.map(({ conditions }) => conditions),
      slotOf,
    ),
    settlement: settlementOf(policy, slotOf),
    counters: counted.map(({ name, key, value, retainMs }) => ({
      spec: { source: name, retainMs },
      keySlots: key.map((feature) => plan.index.get(feature)!),
      valueSlot: value === undefined ? undefined : plan.index.get(value)!,
    })),
    attributes: new Set(
      plan.eventFeatures.flatMap(({ feature }) => (feature.origin.kind === "event" ? [feature.origin.path[0]!] : [])),
    ),
    modelOf,
  };
}

function modelNode(feature: string, model: Model): ModelNode {
  return {
    output: { name: feature, type: "double", standIn: undefined },
    inputs: model.manifest.inputs.map(({ name }) => name),
    timeoutMs: Number.POSITIVE_INFINITY,
    run: async (inputs: readonly Fetched[], call): Promise<NodeAnswer> => {
      const scoring = await model.score(inputs, call);
      if (scoring.status === "TIMEOUT") return { status: "TIMEOUT", values: [Missing.timeout] };
      if (scoring.status === "MISSING_INPUT") return { status: "SKIPPED", values: [Missing.skipped] };
      return { status: "OK", values: [scoring.value], parts: scoring };
    },
  };
}

/** The aggregate sources that the needed features come from, however indirectly. */
function countedSources(catalogue: Catalogue, needed: Iterable<string>, models: ReadonlyMap<string, Model>) {
  const seen = new Set<string>();
  const found = new Set<string>();
  const visit = (name: string) => {
    if (seen.has(name)) return;
    seen.add(name);
    for (const { name: input } of models.get(name)?.manifest.inputs ?? []) visit(input);
    const feature = catalogue.features.get(name);
    if (feature === undefined) return;
    if (feature.origin.kind === "aggregate") found.add(feature.origin.source);
    for (const input of inputsOf(feature, catalogue.sources)) visit(input);
  };
  for (const name of needed) visit(name);
  return [...found].flatMap((name) => {
    const source = catalogue.sources.get(name);
    return source?.kind === "aggregate" ? [source] : [];
  });
}

/** Derived features whose inputs all come, directly or through each other, from the event. */
function nodesOfEvent(plan: Plan): ReadonlySet<number> {
  const early = new Set<number>();
  for (const [at, node] of plan.nodes.entries()) {
    const known = node.inputs.every((slot) => plan.producer[slot] === -1 || early.has(plan.producer[slot]!));
    if (node.kind === "derived" && known) early.add(at);
  }
  return early;
}
