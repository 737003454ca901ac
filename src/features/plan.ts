import type { AggregateSnapshot } from "../domain/aggregate.ts";
import type { Event } from "../domain/event.ts";
import { type Fetched, Missing } from "../domain/feature.ts";
import type { FeatureSource, Fetch, SourceKind, SourceRequest, SourceStatus } from "../domain/source.ts";
import { type Catalogue, type FeatureSpec, inputsOf } from "./catalogue.ts";
import type { Slot } from "./context.ts";

/** What a node is run with besides its inputs. */
export interface NodeCall {
  readonly event: Event;
  /** See `SourceRequest.include`. */
  readonly include: boolean;
  /** See `SourceRequest.snapshot`. */
  readonly snapshot?: AggregateSnapshot | undefined;
  readonly signal: AbortSignal;
  /** See `SourceRequest.deadlineMs`. */
  readonly deadlineMs: number;
  /** See `SourceRequest.traceparent`. */
  readonly traceparent: string;
  /** See `SourceRequest.tracestate`. */
  readonly tracestate?: string | undefined;
  /** See `SourceRequest.note`. */
  readonly note?: SourceRequest["note"];
}

export interface NodeAnswer {
  readonly status: SourceStatus;
  /** One for each output slot. */
  readonly values: readonly Fetched[];
  /** See `SourceAnswer.bucketed`. */
  readonly bucketed?: readonly number[] | undefined;
  /** See `SourceAnswer.error`. */
  readonly error?: unknown;
  /** Of a model: the parts of its time. */
  readonly parts?: { readonly adaptMs: number; readonly inferMs: number };
}

/** One step of a plan: a fetch, a derived feature or a model. It starts the moment its inputs are there. */
export interface PlanNode {
  readonly name: string;
  readonly kind: "source" | "derived" | "model";
  readonly sourceKind: SourceKind | undefined;
  /** Slots it waits for, in the order `run` takes their values. */
  readonly inputs: readonly number[];
  /** Slots it sets. */
  readonly outputs: readonly number[];
  /** Without all its inputs it is skipped. Models see to their missing inputs themselves. */
  readonly needsAll: boolean;
  readonly timeoutMs: number;
  /** Of a fetch that asks whether its input is in a list: the list. */
  readonly list?: string;
  readonly run: (inputs: readonly Fetched[], call: NodeCall) => NodeAnswer | Promise<NodeAnswer>;
}

/** A model as the planner sees it: inputs by feature name, one output feature. */
export interface ModelNode {
  readonly output: Slot;
  readonly inputs: readonly string[];
  readonly timeoutMs: number;
  readonly run: PlanNode["run"];
}

/** A question whether a feature's value is in a list, which has to be fetched. */
export interface MembershipNode {
  /** A boolean, named as nothing in the catalogue can be. */
  readonly output: Slot;
  readonly list: string;
  /** The feature whose value is looked up. */
  readonly input: string;
  readonly sourceKind: SourceKind;
  readonly timeoutMs: number;
  /** Takes the value as its key; answers true or false. */
  readonly fetch: Fetch;
}

/** What one policy fetches and computes, and what each step waits for. Immutable; made once a bundle. */
export interface Plan {
  readonly slots: readonly Slot[];
  readonly index: ReadonlyMap<string, number>;
  /** Features that come with the event, with their slots. */
  readonly eventFeatures: readonly { readonly slot: number; readonly feature: FeatureSpec }[];
  /** Each after all it waits for. */
  readonly nodes: readonly PlanNode[];
  /** By slot: the node that sets it; -1 for features of the event. */
  readonly producer: readonly number[];
  /** By slot: the nodes that wait for it. */
  readonly consumers: readonly (readonly number[])[];
  /** By node: the nodes that set its inputs. */
  readonly producers: readonly (readonly number[])[];
}

/**
 * Plans everything that the named features need, and nothing else; no source is fetched twice.
 * @param needed names of catalogue features or of models' outputs.
 */
export function makePlan(
  catalogue: Catalogue,
  needed: Iterable<string>,
  models: readonly ModelNode[],
  sources: ReadonlyMap<string, FeatureSource>,
  memberships: readonly MembershipNode[] = [],
): Plan {
  const modelOf = new Map(models.map((model) => [model.output.name, model]));
  const membershipOf = new Map(memberships.map((membership) => [membership.output.name, membership]));
  const inputsOfNode = (name: string) => {
    const membership = membershipOf.get(name);
    return membership === undefined ? modelOf.get(name)?.inputs : [membership.input];
  };
  const closure = requiredFeatures(catalogue, needed, inputsOfNode);
  const slots: Slot[] = closure.map(
    (name) => (modelOf.get(name) ?? membershipOf.get(name))?.output ?? catalogue.features.get(name)!,
  );
  const index = new Map(closure.map((name, slot) => [name, slot]));
  const slotOf = (name: string) => index.get(name)!;

  const nodes: PlanNode[] = [];
  const producer = new Array<number>(slots.length).fill(-1);
  const add = (node: PlanNode) => {
    for (const slot of node.outputs) producer[slot] = nodes.length;
    nodes.push(node);
  };
  const planned = new Set<string>();
  for (const name of closure) {
    const model = modelOf.get(name);
    const membership = membershipOf.get(name);
    const feature = catalogue.features.get(name);
    if (model !== undefined) add(modelNode(model, slotOf));
    else if (membership !== undefined) add(membershipNode(membership, slotOf));
    else if (feature?.origin.kind === "derived") add(derivedNode(feature, slotOf));
    else if (feature?.origin.kind === "column" || feature?.origin.kind === "aggregate") {
      const source = feature.origin.source;
      if (planned.has(source)) continue;
      planned.add(source);
      add(sourceNode(source, catalogue, closure, slotOf, sources));
    }
  }
  const eventFeatures = closure.flatMap((name, slot) => {
    const feature = catalogue.features.get(name);
    return feature !== undefined && isEventFeature(feature) ? [{ slot, feature }] : [];
  });
  const consumers = slots.map((_, slot) => nodes.flatMap((node, at) => (node.inputs.includes(slot) ? [at] : [])));
  const producers = nodes.map(({ inputs }) =>
    [...new Set(inputs.map((slot) => producer[slot]!))].filter((at) => at >= 0),
  );
  return { slots, index, eventFeatures, nodes, producer, consumers, producers };
}

/** The nodes that the named features need, directly or through others. */
export function nodesFor(plan: Plan, names: Iterable<string>): ReadonlySet<number> {
  return nodesForSlots(
    plan,
    [...names].map((name) => plan.index.get(name)!),
  );
}

/** The nodes that the features at these slots need, directly or through others. */
export function nodesForSlots(plan: Plan, slots: Iterable<number>): ReadonlySet<number> {
  const found = new Set<number>();
  const visit = (slot: number) => {
    const at = plan.producer[slot]!;
    if (at < 0 || found.has(at)) return;
    found.add(at);
    for (const input of plan.nodes[at]!.inputs) visit(input);
  };
  for (const slot of slots) visit(slot);
  return found;
}

function isEventFeature({ origin }: FeatureSpec): boolean {
  return origin.kind === "event" || origin.kind === "occurred_at";
}

/** The needed features and all that they wait for, each after its inputs. */
function requiredFeatures(
  catalogue: Catalogue,
  needed: Iterable<string>,
  inputsOfNode: (name: string) => readonly string[] | undefined,
): string[] {
  const ordered = new Set<string>();
  const visit = (name: string) => {
    if (ordered.has(name)) return;
    const feature = catalogue.features.get(name);
    const inputs = inputsOfNode(name) ?? (feature === undefined ? [] : inputsOf(feature, catalogue.sources));
    for (const input of inputs) visit(input);
    ordered.add(name);
  };
  for (const name of needed) visit(name);
  return [...ordered];
}

function sourceNode(
  name: string,
  catalogue: Catalogue,
  closure: readonly string[],
  slotOf: (name: string) => number,
  sources: ReadonlyMap<string, FeatureSource>,
): PlanNode {
  const spec = catalogue.sources.get(name)!;
  const source = sources.get(name);
  if (source === undefined) throw new Error(`source ${name} was not opened`);
  const features = closure
    .map((feature) => catalogue.features.get(feature))
    .filter((feature) => feature !== undefined && fromSource(feature, name));
  const fetch: Fetch = source.prepare(features.map((feature) => wantOf(feature!)));
  return {
    name,
    kind: "source",
    sourceKind: source.kind,
    inputs: spec.key.map(slotOf),
    outputs: features.map((feature) => slotOf(feature!.name)),
    needsAll: true,
    timeoutMs: spec.timeoutMs,
    run: runOf(fetch),
  };
}

/** A fetch as a node runs it. Signal and trace context are only made when it asks for them. */
function runOf(fetch: Fetch): PlanNode["run"] {
  return (inputs, call) =>
    fetch({
      key: inputs as Parameters<Fetch>[0]["key"],
      event: call.event,
      include: call.include,
      snapshot: call.snapshot,
      deadlineMs: call.deadlineMs,
      get signal() {
        return call.signal;
      },
      get traceparent() {
        return call.traceparent;
      },
      tracestate: call.tracestate,
      note: (note) => call.note?.(note),
    });
}

function membershipNode(
  { output, list, input, sourceKind, timeoutMs, fetch }: MembershipNode,
  slotOf: (name: string) => number,
): PlanNode {
  return {
    name: output.name,
    kind: "source",
    sourceKind,
    inputs: [slotOf(input)],
    outputs: [slotOf(output.name)],
    needsAll: true,
    timeoutMs,
    list,
    run: runOf(fetch),
  };
}

function fromSource({ origin }: FeatureSpec, source: string): boolean {
  return (origin.kind === "column" || origin.kind === "aggregate") && origin.source === source;
}

/** The kind's own part of a catalogue entry, as `FeatureSource.prepare` takes it. */
function wantOf({ origin, type }: FeatureSpec): unknown {
  return origin.kind === "aggregate"
    ? origin.query
    : origin.kind === "column"
      ? { path: origin.path, type }
      : undefined;
}

function derivedNode(feature: FeatureSpec, slotOf: (name: string) => number): PlanNode {
  if (feature.origin.kind !== "derived") throw new Error(`${feature.name} is not derived`);
  const { inputs, evaluate } = feature.origin.derivation;
  return {
    name: feature.name,
    kind: "derived",
    sourceKind: undefined,
    inputs: inputs.map(slotOf),
    outputs: [slotOf(feature.name)],
    needsAll: true,
    timeoutMs: Number.POSITIVE_INFINITY,
    run: (values) => {
      const value = evaluate(values as Parameters<typeof evaluate>[0]);
      return { status: value instanceof Missing ? "ERROR" : "OK", values: [value] };
    },
  };
}

function modelNode(model: ModelNode, slotOf: (name: string) => number): PlanNode {
  return {
    name: model.output.name,
    kind: "model",
    sourceKind: undefined,
    inputs: model.inputs.map(slotOf),
    outputs: [slotOf(model.output.name)],
    needsAll: false,
    timeoutMs: model.timeoutMs,
    run: model.run,
  };
}
