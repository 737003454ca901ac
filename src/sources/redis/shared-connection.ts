import { Connection } from "./connection.ts";
import type { Settings } from "./settings.ts";

/** One who uses a connection, and is told of its troubles. */
interface User {
  readonly source: string;
  readonly onProblem: (source: string, problem: string) => void;
}

interface Shared {
  readonly connection: Connection;
  readonly users: Set<User>;
  /** Names of the sources that know of the trouble at hand. */
  readonly told: Set<string>;
}

/** By settings. Of the whole process: when documents are swapped, the new sources take over what the old ones had open. */
const open = new Map<string, Shared>();

export interface Borrowed {
  readonly connection: Connection;
  /** The last one to give it back closes it. */
  giveBack(): void;
}

/** The connection with these settings: one for all who ask. Each source is told once of each outage. */
export function borrowConnection(settings: Settings, user: User): Borrowed {
  const name = JSON.stringify(settings);
  const shared = open.get(name) ?? openShared(settings);
  open.set(name, shared);
  shared.users.add(user);
  const { trouble } = shared.connection;
  if (trouble !== undefined) tell(shared, user, trouble);
  return {
    connection: shared.connection,
    giveBack() {
      if (!shared.users.delete(user) || shared.users.size > 0) return;
      open.delete(name);
      shared.connection.close();
    },
  };
}

function openShared(settings: Settings): Shared {
  const users = new Set<User>();
  const told = new Set<string>();
  const connection: Connection = new Connection(settings, (trouble) => {
    told.clear();
    for (const user of users) tell(shared, user, trouble);
  });
  const shared = { connection, users, told };
  return shared;
}

function tell({ told }: Shared, { source, onProblem }: User, trouble: string): void {
  if (told.has(source)) return;
  told.add(source);
  onProblem(source, `${trouble}; it is tried again until it can be`);
}
