/** Steps of a path: names and indexes. */
export type Steps = readonly string[];

/** `$`, then names after dots and indexes in brackets; the `$` and the first dot may be left out. */
const pathPattern = /^\$?(?:(?:^|\.)[A-Za-z_][A-Za-z0-9_-]*|(?:^|\.)\d+|\[\d+\])*$/;

/** The steps of `$.address.lines[0]`. @returns undefined for what json-rules-engine may take, but not here: filters, wildcards, scripts. */
export function parsePath(path: string): Steps | undefined {
  return pathPattern.test(path) ? (path.match(/[A-Za-z0-9_-]+/g) ?? []) : undefined;
}

/**
 * What a path leads to in a value: own properties and indexes, nothing else. Into a single value no path leads, and it is
 * given back unchanged, as json-rules-engine does.
 */
export function follow(value: unknown, steps: Steps): unknown {
  if (typeof value !== "object" || value === null) return value;
  let current: unknown = value;
  for (const step of steps) {
    if (typeof current !== "object" || current === null || !Object.hasOwn(current, step)) return undefined;
    current = (current as Record<string, unknown>)[step];
  }
  return current;
}
