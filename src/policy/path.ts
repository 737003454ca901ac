/**
 * What a dotted path (`address.country`, `$.items.0`) leads to in a value: own properties and indexes, nothing else. Into
 * a single value no path leads, and it is given back unchanged, as json-rules-engine does.
 */
export function follow(value: unknown, path: string | undefined): unknown {
  if (path === undefined || typeof value !== "object" || value === null) return value;
  let current: unknown = value;
  for (const step of path.replace(/^\$\.?/, "").split(".")) {
    if (step === "") continue;
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}
