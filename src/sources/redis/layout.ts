import type { SourceKey } from "../../domain/event.ts";
import type { Fetched } from "../../domain/feature.ts";
import type { SourceFeature } from "../../domain/source-kind.ts";

/** A command that reads one key. What it answers in whole numbers comes as their digits. */
export interface Read {
  readonly name: "get" | "hmget" | "smismember";
  /** The key first. */
  readonly args: readonly [key: string | Buffer, ...fields: (string | Buffer)[]];
  /** How many it answers with; undefined: one, and not in a list. */
  readonly values: number | undefined;
}

/** What Redis has: null where it has nothing. */
export type Values = readonly (Buffer | null)[];

/** How the features of one key are kept. */
export interface Layout {
  prepare(features: readonly SourceFeature[]): PreparedRead;
}

/** How the wanted features are read, made once a bundle. */
interface PreparedRead {
  /** @throws if no key can be made of the values. */
  read(key: SourceKey): Read;
  /**
   * The features, in their order, out of what came; it is not all null.
   * @throws if what came is not in this layout; never with a value in the message.
   */
  take(values: Values): readonly Fetched[];
}
