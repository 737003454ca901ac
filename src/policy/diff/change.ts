/** One thing that differs; undefined where there is none. Texts for people. */
export interface Change {
  readonly what: string;
  readonly before: string | undefined;
  readonly after: string | undefined;
}

/** One side of a comparison: things by name, compared by `same`, told as `shown`. */
export type Aspects = ReadonlyMap<string, { readonly same: string; readonly shown: string }>;

/** Aspects whose text says all. */
export function aspects(texts: Iterable<readonly [what: string, text: string | undefined]>): Aspects {
  const known = [...texts].flatMap(([what, text]) =>
    text === undefined ? [] : [[what, { same: text, shown: text }] as const],
  );
  return new Map(known);
}

/** What differs, in the order of the first side and then of the second. */
export function changesBetween(before: Aspects, after: Aspects): readonly Change[] {
  return [...new Set([...before.keys(), ...after.keys()])].flatMap((what) => {
    const [old, now] = [before.get(what), after.get(what)];
    return old?.same === now?.same ? [] : [{ what, before: old?.shown, after: now?.shown }];
  });
}
