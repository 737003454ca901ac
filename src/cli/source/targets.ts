import type { Outside } from "../../compose-outside.ts";
import type { Probe } from "../../domain/probe.ts";
import type { FeatureSource } from "../../domain/source.ts";
import type { Catalogue } from "../../features/catalogue.ts";
import type { RemoteManifest } from "../../models/manifest-schema.ts";

type Features = Parameters<Probe["ask"]>[0];

/** One thing that can be looked at. */
export interface Target {
  readonly name: string;
  readonly kind: string;
  /** That the catalogue wants of it. */
  readonly features: Features;
  /** Of sources: within it, a fetch must have answered. */
  readonly timeoutMs?: number;
  /** @throws saying why it cannot be opened. */
  open(): { readonly source?: FeatureSource; readonly probe?: Probe | undefined };
}

/** The name under which all aggregates are looked at together: they have one store. */
const aggregatesName = "aggregates";

/** Everything that lies outside, in the order of the catalogue. */
export function targetsOf(
  catalogue: Catalogue,
  manifests: readonly RemoteManifest[],
  outside: Outside,
): readonly Target[] {
  const sources = [...catalogue.sources.values()];
  const store = { name: aggregatesName, kind: "store", features: [], open: () => ({ probe: outside.aggregates() }) };
  return [
    ...sources.map((spec) => ({
      name: spec.name,
      kind: spec.kind,
      features: featuresFrom(spec.name, catalogue),
      timeoutMs: spec.timeoutMs,
      open: () => outside.source(spec),
    })),
    ...(sources.some(({ kind }) => kind === "aggregate") ? [store] : []),
    ...[...catalogue.lists.values()].map((spec) => ({
      name: spec.name,
      kind: `${spec.kind} list`,
      features: [],
      open: () => ({ probe: outside.list(spec) }),
    })),
    ...manifests.map((manifest) => ({
      name: `${manifest.name}/${manifest.version}`,
      kind: "model",
      features: [],
      open: () => ({ probe: outside.model(manifest) }),
    })),
  ];
}

function featuresFrom(source: string, { features }: Catalogue): Features {
  return [...features.values()].flatMap(({ origin, type }) =>
    origin.kind === "column" && origin.source === source ? [{ path: origin.path, type }] : [],
  );
}
