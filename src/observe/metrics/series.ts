/** Of a label: whether its values are names from documents, of which there may be many, or a fixed set. */
type LabelValues = "name" | "fixed";

/** The labels of a metric, in order. */
export type Labels = Readonly<Record<string, LabelValues>>;

/** The names that the documents have, by the label under which they appear in metrics. */
export type LoadedNames = Readonly<Record<string, ReadonlySet<string>>>;

/** What stands for names beyond a metric's limit. */
const other = "other";

interface Node<Child> {
  readonly next: Map<string, Node<Child>>;
  child: Child | undefined;
}

/**
 * The series of one metric, found by their label values through nested maps: no key is put together or hashed, which is
 * what makes observing cheap. Bounded: once there are `limit` of them, names are folded into `other`.
 */
export class Series<Child> {
  readonly #names: readonly string[];
  readonly #folds: readonly boolean[];
  readonly #make: () => Child;
  readonly #limit: number;
  #all: { readonly values: readonly string[]; readonly child: Child }[] = [];
  #root: Node<Child> = empty();

  constructor(labels: Labels, make: () => Child, limit: number) {
    this.#names = Object.keys(labels);
    this.#folds = Object.values(labels).map((values) => values === "name");
    this.#make = make;
    this.#limit = limit;
    // Without labels there is one series, told from the beginning.
    if (this.#names.length === 0) this.#create([]);
  }

  /** The series of these label values, made when it is first asked for. */
  at(...values: readonly string[]): Child {
    return this.#find(values) ?? this.#create(values);
  }

  /** All series with their labels. */
  *[Symbol.iterator](): Generator<readonly [labels: Record<string, string>, child: Child]> {
    for (const { values, child } of this.#all)
      yield [Object.fromEntries(this.#names.map((name, at) => [name, values[at]!])), child];
  }

  /** Drops every series that names what the documents no longer have. */
  retain(loaded: LoadedNames): void {
    const kept = this.#all.filter(({ values }) =>
      this.#names.every((name, at) => values[at] === other || (loaded[name]?.has(values[at]!) ?? true)),
    );
    if (kept.length === this.#all.length) return;
    this.clear();
    for (const { values, child } of kept) this.#put(values, child);
  }

  /** Drops all series. */
  clear(): void {
    this.#all = [];
    this.#root = empty();
  }

  #find(values: readonly string[]): Child | undefined {
    let node: Node<Child> | undefined = this.#root;
    for (const value of values) {
      node = node.next.get(value);
      if (node === undefined) return undefined;
    }
    return node.child;
  }

  #create(values: readonly string[]): Child {
    if (this.#all.length < this.#limit) return this.#put(values, this.#make());
    const folded = values.map((value, at) => (this.#folds[at] === true ? other : value));
    return this.#find(folded) ?? this.#put(folded, this.#make());
  }

  #put(values: readonly string[], child: Child): Child {
    let node = this.#root;
    for (const value of values) {
      const next = node.next.get(value) ?? empty();
      node.next.set(value, next);
      node = next;
    }
    node.child = child;
    this.#all.push({ values, child });
    return child;
  }
}

function empty<Child>(): Node<Child> {
  return { next: new Map(), child: undefined };
}
