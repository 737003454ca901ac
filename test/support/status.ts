import type { MarkedDocuments } from "./marked-documents.ts";
import { until } from "./until.ts";

/** What `/status` tells. */
export interface Status {
  readonly digest: string;
  readonly rejected?: {
    readonly reason: string;
    readonly files: readonly {
      readonly file: string;
      readonly change: string;
      readonly problems: readonly { readonly line: number; readonly path: string; readonly message: string }[];
    }[];
  };
}

export async function statusOf(httpAddress: string): Promise<Status> {
  return (await (await fetch(`http://${httpAddress}/status`)).json()) as Status;
}

/** Writes versions of documents, and follows what an engine makes of them. */
export interface Versions {
  /** The mark of each version that decided, by digest. */
  readonly marks: ReadonlyMap<string, string>;
  /** What was told of each broken version. */
  readonly told: readonly { readonly file: string; readonly message: RegExp }[];
  /** Writes a good version and waits until it decides. */
  take(version: number): Promise<void>;
  /** Writes a broken version and waits until it is told why; the last good one must still decide. */
  tryBroken(version: number): Promise<void>;
}

/** @param refresh makes the engine look at its documents; by default it does so by itself. */
export async function followVersions(
  httpAddress: string,
  documents: MarkedDocuments,
  refresh: () => Promise<void> = async () => {},
): Promise<Versions> {
  const marks = new Map<string, string>();
  const told: Versions["told"][number][] = [];
  let last = "";
  const take = async (mark: string): Promise<void> => {
    await until(async () => {
      const { digest, rejected } = await statusOf(httpAddress);
      if (digest === last || rejected !== undefined) return false;
      last = digest;
      return true;
    });
    marks.set(last, mark);
  };
  await take("V0");
  return {
    marks,
    told,
    async take(version) {
      const { mark } = await documents.write(version);
      await refresh();
      await take(mark);
    },
    async tryBroken(version) {
      const { told: expected, name } = await documents.writeBroken(version);
      await refresh();
      await until(async () => {
        const { digest, rejected } = await statusOf(httpAddress);
        if (digest !== last) throw new Error(`documents with ${name} were taken over`);
        const problems = rejected?.files.find(({ file }) => file === expected.file)?.problems ?? [];
        return problems.some(({ message, path }) => expected.message.test(`${path} ${message}`));
      });
      told.push(expected);
    },
  };
}
