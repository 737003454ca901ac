import type { SourceKey } from "../../domain/event.ts";

/** Makes the key by which fetches of one source are the same: equal features wanted for equal key values. */
export class FetchKeys {
  /** By their lists of features. As many as there are policies at most. */
  readonly #lists = new Map<string, number>();

  /** @returns what makes the key of a fetch for these features. */
  of(features: readonly unknown[]): (key: SourceKey) => string {
    const text = JSON.stringify(features);
    const list = this.#lists.get(text) ?? this.#lists.size;
    this.#lists.set(text, list);
    // JSON tells texts, numbers and truth values apart, and where each ends.
    return (key) => `${list}${JSON.stringify(key)}`;
  }
}
