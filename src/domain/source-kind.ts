import type { FeatureType } from "./feature.ts";
import type { Probe } from "./probe.ts";
import type { FeatureSource, SourceKind } from "./source.ts";

/** An entry of the catalogue under `sources`, as its kind's schema describes it. */
export interface SourceEntry {
  readonly kind: string;
  readonly timeoutMs?: number;
}

/** A feature that comes from a source: where in the source's answer it lies, and its type. */
export interface SourceFeature {
  readonly path: string;
  readonly type: FeatureType;
}

/** What an entry is checked against. */
export interface EntryScope {
  /** Types of all features of the catalogue. */
  readonly types: ReadonlyMap<string, FeatureType>;
  /** The folder of the catalogue, from which an entry's relative paths of files go. */
  readonly folder: string;
  /** @param path within the entry. */
  readonly report: (path: readonly (string | number)[], message: string, fix: string) => void;
}

/** A feature's path and type, held against the entry of its source. */
interface PathScope extends Pick<EntryScope, "folder"> {
  readonly type: FeatureType;
}

/** What a source may use of its surroundings. */
export interface SourceEnvironment {
  readonly dataDir: string;
  /** See `EntryScope.folder`. */
  readonly policiesDir: string;
  /** A variable of the engine's environment, such as `DEVICE_URL`. @throws saying which is not set, and how to set it. */
  readonly variable: (name: string) => string;
  /** Of what should be looked at but fails no fetch by itself; rate limits are the receiver's. */
  readonly onProblem: (source: string, problem: string) => void;
}

export interface OpenSource {
  readonly source: FeatureSource<SourceFeature>;
  /** For `verdict source check`; closed with the source. Without it, that knows only what fetches tell. */
  readonly probe?: Probe;
  close(): Promise<void>;
}

/** A list as it lies outside, for people who look at it and edit it. Everything rejects if it cannot be asked. */
export interface OutsideList {
  /** Where it lies, without credentials. */
  readonly place: string;
  /** How many entries it has. @returns undefined if it was never made, or is lost. */
  size(): Promise<number | undefined>;
  /** Which of the entries are in it. @returns undefined as `size`. */
  find(entries: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  /**
   * Adds entries that others may add at the same moment.
   * @param create makes the list if there is none, of what is there already too; otherwise nothing is added to none.
   * @returns those that were not there; undefined as `size`.
   */
  add(entries: readonly string[], create: boolean): Promise<ReadonlySet<string> | undefined>;
  /** @returns those that were there; undefined as `size`. */
  remove(entries: readonly string[]): Promise<ReadonlySet<string> | undefined>;
  close(): Promise<void>;
}

/** How a kind of source holds lists: how they are written in the catalogue, and how they are opened. */
export interface ListDefinition<Entry extends SourceEntry = SourceEntry> {
  /** For people who write an entry. */
  readonly description: string;
  /** See `SourceKindDefinition.properties`. */
  readonly properties: Readonly<Record<string, object>>;
  /** Reports what the schema cannot say. */
  check(entry: Entry, scope: Pick<EntryScope, "report">): void;
  /** The source of one feature, a boolean: fetched with a value as its key, it says whether that is in the list. */
  open(name: string, entry: Entry, environment: ListEnvironment): OpenSource;
  /** For people; not what decides. */
  connect(entry: Entry, environment: Pick<ListEnvironment, "variable">): OutsideList;
}

type ListEnvironment = Pick<SourceEnvironment, "variable" | "onProblem">;

/**
 * A kind of source: how it is written in the catalogue and how it is opened. Each lies in a folder of its own under
 * `src/sources`, and is named in one line of `compose.ts`.
 */
export interface SourceKindDefinition<Entry extends SourceEntry = SourceEntry> {
  readonly kind: SourceKind;
  /** For people who write an entry. */
  readonly description: string;
  /** JSON Schema (TypeBox) of what an entry has besides `kind`, `timeoutMs` and `description`, by property. */
  readonly properties: Readonly<Record<string, object>>;
  /** What `path` of a feature means. */
  readonly pathDescription: string;
  /** For entries that give none. */
  readonly defaultTimeoutMs: number;
  /** The features that a fetch waits for, in the order in which `SourceRequest.key` has their values. */
  inputsOf(entry: Entry): readonly string[];
  /** Reports what the schema cannot say. */
  check(name: string, entry: Entry, scope: EntryScope): void;
  /** What is wrong with the path of a feature from such an entry; undefined if nothing is. */
  checkPath(
    path: string,
    entry: Entry,
    scope: PathScope,
  ): { readonly message: string; readonly fix: string } | undefined;
  open(name: string, entry: Entry, environment: SourceEnvironment): OpenSource;
  /** Of a kind that can hold lists too. */
  readonly list?: ListDefinition;
}
