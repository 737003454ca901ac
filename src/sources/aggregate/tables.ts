import { join } from "node:path";
import { type Database, open, type RootDatabase } from "lmdb";
import { noBuckets, StoredBuckets } from "./buckets.ts";
import { type KeyRecord, packRecord, unpackRecord } from "./record.ts";
import { type PackedRequest, packRequest, type RequestEntry, unpackRequest } from "./request.ts";
import { emptySketch } from "./sketch.ts";

/** Ordered by the event time (milliseconds) from which on the entry is to be looked at. */
type ExpiryKey = [dueMs: number, kind: "record" | "request", key: string];

/** The LMDB environment and its tables. */
export interface Tables {
  readonly environment: RootDatabase;
  /** An empty environment whose write lock all processes hold while they open the other one or commit to it. */
  readonly gate: RootDatabase;
  readonly records: Table<KeyRecord>;
  readonly requests: Table<RequestEntry>;
  /** Exactly one key for each record and each request, without a value. */
  readonly expiries: Database<Uint8Array, ExpiryKey>;
}

/** A table by string keys. `put` and `remove` belong in a transaction. */
interface Table<Entry> {
  get(key: string): Entry | undefined;
  put(key: string, entry: Entry): void;
  remove(key: string): void;
  keys(): Iterable<string>;
}

/** LMDB's binding calls it SYNCHRONOUS_COMMIT: committed, that is visible to all processes, before the call returns. */
const synchronousCommit = 2;

/**
 * Opens the tables in the folder `path`, which is made if it is not there. A change of format changes a table's name.
 *
 * `noSync`: a commit does not wait for the disk. For one read-modify-write of 3 KB it took 21 µs; `overlappingSync`, which
 * is crash-proof, took 5.8 ms, for `transactionSync` still waits with it. A killed process loses nothing: committed pages
 * belong to the operating system. After a power cut or a crash of the operating system what was counted since the last
 * flush may be lost, and as pages reach the disk in any order the file may be damaged, which LMDB may or may not notice:
 * then delete the folder and feed the events again. `useWritemap` would halve the time once more, but then a full disk
 * kills the process instead of failing the write.
 */
export function openTables(path: string): Tables {
  const gate = open({ path: join(path, "gate"), noSubdir: false, noSync: true });
  const environment = gate.transactionSync(() => openEnvironment(path), synchronousCommit);
  const { records, sketches, requests, expiries } = environment;
  return {
    environment: environment.root,
    gate,
    records: recordTable(records, sketches),
    requests: table(requests, packRequest, unpackRequest),
    expiries,
  };
}

function openEnvironment(path: string) {
  const root = open({ path, noSubdir: false, noSync: true });
  return {
    root,
    records: root.openDB<Uint8Array, string>({ name: "records.2", encoding: "binary" }),
    sketches: root.openDB<Uint8Array, string>({ name: "sketches.2", encoding: "binary" }),
    requests: root.openDB<PackedRequest, string>({ name: "requests.2", encoding: "msgpack" }),
    expiries: root.openDB<Uint8Array, ExpiryKey>({ name: "expiries.2", encoding: "binary" }),
  };
}

/**
 * Runs `action` as one atomic step among all processes; what it wrote is dropped when it throws.
 *
 * LMDB's own write lock is not enough: a process that opens an environment (`mdb_env_open2` of lmdb 3.5) sets the shared
 * transaction number to what it read a moment before, and what another process committed in that moment is lost. Hence
 * the gate; nothing is ever written to it, so it has nothing to lose that way.
 */
export function transact<Result>({ environment, gate }: Tables, action: () => Result): Result {
  return gate.transactionSync(() => environment.transactionSync(action, synchronousCommit), synchronousCommit);
}

/** Closes both environments. */
export async function closeTables({ environment, gate }: Tables): Promise<void> {
  await environment.close();
  await gate.close();
}

/** The sketches of a record are in a table of their own, and written only when they changed. */
function recordTable(records: Database<Uint8Array, string>, sketches: Database<Uint8Array, string>): Table<KeyRecord> {
  return {
    get(key) {
      const bytes = records.get(key);
      return bytes === undefined ? undefined : unpackRecord(bytes, () => sketches.get(key) ?? emptySketch);
    },
    put(key, record) {
      records.putSync(key, packRecord(record));
      const { buckets } = record;
      if (buckets !== noBuckets && !(buckets instanceof StoredBuckets)) sketches.putSync(key, buckets.sketches);
    },
    remove(key) {
      records.removeSync(key);
      sketches.removeSync(key);
    },
    keys: () => records.getKeys(),
  };
}

function table<Packed, Entry>(
  database: Database<Packed, string>,
  pack: (entry: Entry) => Packed,
  unpack: (packed: Packed) => Entry,
): Table<Entry> {
  return {
    get: (key) => {
      const packed = database.get(key);
      return packed === undefined ? undefined : unpack(packed);
    },
    put: (key, entry) => database.putSync(key, pack(entry)),
    remove: (key) => void database.removeSync(key),
    keys: () => database.getKeys(),
  };
}
