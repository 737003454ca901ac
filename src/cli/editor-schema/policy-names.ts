import type { Named, PolicyNames } from "./names.ts";

/**
 * What a policy declares, read of whatever is there: a policy that is being written does not have its shape yet, but names
 * things already.
 */
export function policyNames(document: unknown): PolicyNames {
  const { outcomes, reasons, conditions, rules, models } = asObject(document) ?? {};
  return {
    outcomes: outcomesOf(outcomes),
    reasons: entriesOf(reasons, ({ internal, customer }) =>
      sentences(internal, typeof customer === "string" ? `Customers are told: ${customer}` : undefined),
    ),
    sharedConditions: entriesOf(conditions, ({ name }) => sentences(name)),
    rules: rulesOf(rules),
    scores: entriesOf(models, ({ model, version, description }) =>
      sentences(`double: the score of model ${model} ${version}`, description),
    ),
  };
}

type Json = Readonly<Record<string, unknown>>;

/** An absent part declares nothing; one of another kind is not understood. */
function entriesOf(part: unknown, describe: (entry: Json) => string): readonly Named[] | undefined {
  if (part === undefined) return [];
  const entries = asObject(part);
  return (
    entries && Object.entries(entries).map(([name, entry]) => ({ name, description: describe(asObject(entry) ?? {}) }))
  );
}

function outcomesOf(outcomes: unknown): readonly Named[] | undefined {
  if (!Array.isArray(outcomes)) return undefined;
  const names = [...new Set(outcomes.filter((each) => typeof each === "string"))];
  return names.map((name, at) => {
    const milder = names.slice(at + 1);
    return { name, description: milder.length === 0 ? "the mildest outcome" : `stricter than ${milder.join(", ")}` };
  });
}

function rulesOf(rules: unknown): readonly Named[] | undefined {
  if (!Array.isArray(rules)) return undefined;
  const named = rules.flatMap((rule): Named[] => {
    const { name, description, mode, event } = asObject(rule) ?? {};
    if (typeof name !== "string") return [];
    const type = asObject(event)?.type;
    const asks = typeof type === "string" ? `asks for ${type}${mode === "shadow" ? ", in shadow" : ""}` : undefined;
    return [{ name, description: sentences(asks, description) }];
  });
  return [...new Map(named.map((each) => [each.name, each])).values()];
}

function sentences(...parts: readonly unknown[]): string {
  return parts
    .filter((part): part is string => typeof part === "string" && part !== "")
    .map((part) => (/[.!?]$/.test(part) ? part : `${part}.`))
    .join(" ");
}

function asObject(value: unknown): Json | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : undefined;
}
