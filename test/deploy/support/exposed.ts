/** What an engine tells about itself. */
export interface Exposed {
  /** By the name of a sample: the labels it has. */
  readonly labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** Values seen, by label, whatever the metric. */
  readonly values: ReadonlyMap<string, ReadonlySet<string>>;
  /** By metric: type, meaning and labels. */
  readonly described: ReadonlyMap<string, { readonly type: string; readonly help: string }>;
}

/** Reads the plain format of Prometheus. */
export function readMetrics(text: string): Exposed {
  const labels = new Map<string, Set<string>>();
  const values = new Map<string, Set<string>>();
  const described = new Map<string, { type: string; help: string }>();
  const put = (map: Map<string, Set<string>>, key: string, value?: string) => {
    const set = map.get(key) ?? new Set();
    map.set(key, value === undefined ? set : set.add(value));
  };
  for (const line of text.split("\n")) {
    const [, what, metric, rest] = /^# (HELP|TYPE) (\S+) (.*)$/.exec(line) ?? [];
    if (what === "HELP") described.set(metric!, { type: "", help: rest! });
    if (what === "TYPE") described.get(metric!)!.type = rest!;
    const [, name, inBraces] = /^(\w+)(?:\{(.*)\})? \S+$/.exec(line) ?? [];
    if (name === undefined) continue;
    put(labels, name);
    for (const [, label, value] of (inBraces ?? "").matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)) {
      put(labels, name, label!);
      put(values, label!, value!);
    }
  }
  return { labels, values, described };
}
