import { type Database, open, type RootDatabase } from "lmdb";
import { type KeyRecord, packRecord, unpackRecord } from "./record.ts";
import { type PackedRequest, packRequest, type RequestEntry, unpackRequest } from "./request.ts";

/** Ordered by the event time (milliseconds) from which on the entry is to be looked at. */
type ExpiryKey = [dueMs: number, kind: "record" | "request", key: string];

/** The LMDB environment and its tables. */
export interface Tables {
  readonly environment: RootDatabase;
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
  const environment = open({ path, noSubdir: false, noSync: true });
  const records = environment.openDB<Uint8Array, string>({ name: "records.1", encoding: "binary" });
  const requests = environment.openDB<PackedRequest, string>({ name: "requests.1", encoding: "msgpack" });
  return {
    environment,
    records: table(records, packRecord, unpackRecord),
    requests: table(requests, packRequest, unpackRequest),
    expiries: environment.openDB({ name: "expiries.1", encoding: "binary" }),
  };
}

/** Runs `action` as one atomic step among all processes; what it wrote is dropped when it throws. */
export function transact<Result>({ environment }: Tables, action: () => Result): Result {
  return environment.transactionSync(action, synchronousCommit);
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
