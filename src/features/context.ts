import type { Facts, FeatureState } from "../domain/facts.ts";
import {
  type FeatureType,
  type FeatureValue,
  type Fetched,
  hasType,
  Missing,
  type MissingReason,
} from "../domain/feature.ts";
import type { Lists } from "../domain/lists.ts";

/** A feature as a context holds it: its place is its index in the list given to the context. */
export interface Slot {
  readonly name: string;
  readonly type: FeatureType;
  readonly standIn: FeatureValue | undefined;
}

const pending = Symbol("pending");

/** What a context knows besides its features: when its event happened, and the lists of that moment. */
export interface Surroundings {
  readonly occurredAtMs: number;
  readonly lists: Lists;
}

/** All features of one decision, each present, pending or missing with a reason. A feature is set once and stays. */
export class Context implements Facts {
  readonly #slots: readonly Slot[];
  readonly #index: ReadonlyMap<string, number>;
  readonly #surroundings: Surroundings;
  readonly #values: (FeatureValue | Missing | typeof pending)[];
  /** Why a stand-in was used, by slot; sparse, since it is rare. */
  readonly #replaced = new Map<number, MissingReason>();

  constructor(slots: readonly Slot[], index: ReadonlyMap<string, number>, surroundings: Surroundings) {
    this.#surroundings = surroundings;
    this.#slots = slots;
    this.#index = index;
    this.#values = new Array(slots.length).fill(pending);
  }

  /** Sets a feature. A value of another type than declared counts as an error of its source; a stand-in replaces what is missing. */
  set(slot: number, fetched: Fetched): void {
    if (this.#values[slot] !== pending) return;
    const { type, standIn } = this.#slots[slot]!;
    const value = fetched instanceof Missing || hasType(fetched, type) ? fetched : Missing.error;
    if (value instanceof Missing && standIn !== undefined) {
      this.#replaced.set(slot, value.reason);
      this.#values[slot] = standIn;
    } else this.#values[slot] = value;
  }

  /** The value or why there is none; a pending feature is undefined. */
  at(slot: number): Fetched | undefined {
    const value = this.#values[slot];
    return value === pending ? undefined : value;
  }

  value(name: string): FeatureValue | undefined {
    const fetched = this.at(this.#index.get(name) ?? -1);
    return fetched instanceof Missing ? undefined : fetched;
  }

  /** Entries are texts; an integer is looked up by its digits. */
  isListed(list: string, value: FeatureValue): boolean | undefined {
    const { lists, occurredAtMs } = this.#surroundings;
    return lists.has(list, String(value), occurredAtMs);
  }

  state(name: string): FeatureState {
    const fetched = this.at(this.#index.get(name) ?? -1);
    if (fetched === undefined) return "pending";
    return fetched instanceof Missing ? "missing" : "present";
  }

  reason(name: string): MissingReason | undefined {
    const fetched = this.at(this.#index.get(name) ?? -1);
    return fetched instanceof Missing ? fetched.reason : undefined;
  }

  /** Why a feature has no value of its own (also when a stand-in took its place); undefined if it has one or is pending. */
  missing(slot: number): MissingReason | undefined {
    const fetched = this.at(slot);
    return fetched instanceof Missing ? fetched.reason : this.#replaced.get(slot);
  }

  /** Whether a stand-in took a feature's place. */
  standsIn(slot: number): boolean {
    return this.#replaced.has(slot);
  }

  /** Names and reasons of all features without a value of their own. */
  *missingFeatures(): Generator<readonly [name: string, reason: MissingReason]> {
    for (const [slot, { name }] of this.#slots.entries()) {
      const reason = this.missing(slot);
      if (reason !== undefined) yield [name, reason];
    }
  }
}
