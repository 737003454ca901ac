import type { Bundle } from "./bundle.ts";

/** The names a bundle's documents have, by what they name. */
export function loadedNames({ catalogue, models, policies }: Bundle): Readonly<Record<string, ReadonlySet<string>>> {
  const compiled = [...policies.values()];
  const manifests = [...models.values()].map(({ manifest }) => manifest);
  return {
    policy: new Set(policies.keys()),
    outcome: new Set(compiled.flatMap(({ policy }) => policy.outcomes)),
    rule: new Set(compiled.flatMap(({ policy }) => policy.rules.map(({ name }) => name))),
    // Steps of a plan also ask lists whether they have a value; each such question has a name of its own.
    source: new Set([
      ...catalogue.sources.keys(),
      ...catalogue.lists.keys(),
      ...compiled.flatMap(({ plan }) => plan.nodes.map(({ name }) => name)),
    ]),
    feature: new Set([
      ...catalogue.features.keys(),
      ...compiled.flatMap(({ plan }) => plan.slots.map(({ name }) => name)),
    ]),
    model: new Set(manifests.map(({ name }) => name)),
  };
}
