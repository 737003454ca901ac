import type { Exposition } from "./exposition.ts";
import type { LoadedNames } from "./series.ts";

export interface DocumentMetrics {
  /** These names are loaded now; series of others are dropped. */
  loaded(names: LoadedNames): void;
  /** The documents changed on disk and decide now. */
  swapped(): void;
  /** The documents on disk are refused: how many problems each file has that has any. */
  rejected(problems: ReadonlyMap<string, number>): void;
  /** The documents on disk are again as they decide. */
  mended(): void;
  /** Bundles open at the moment: the one that decides, and those that decisions may still hold. */
  bundlesOpen(count: number): void;
  /** A list was read, or refused in its new state. */
  list(name: string, entries: number, good: boolean): void;
}

/** Which documents decide, and whether those on disk are good. */
export function documentMetrics(exposition: Exposition): DocumentMetrics {
  const swaps = exposition.counter({
    name: "verdict_bundle_swaps_total",
    help: "Changes of the documents that were taken over.",
    labels: {},
  });
  const rejected = exposition.gauge({
    name: "verdict_bundle_rejected",
    help: "1 while the documents on disk are refused and older ones decide.",
    labels: {},
  });
  const rejections = exposition.counter({
    name: "verdict_bundle_rejections_total",
    help: "Changes of the documents that were refused.",
    labels: {},
  });
  const problems = exposition.gauge({
    name: "verdict_document_problems",
    help: "Problems of the documents on disk, by file; only files that have any.",
    labels: { file: "name" },
  });
  const open = exposition.gauge({
    name: "verdict_bundles_open",
    help: "Bundles that are open: the one that decides, and those that decisions may still hold.",
    labels: {},
  });
  const listEntries = exposition.gauge({
    name: "verdict_list_entries",
    help: "Entries of a list as it is looked up in.",
    labels: { list: "name" },
  });
  const listRejected = exposition.gauge({
    name: "verdict_list_rejected",
    help: "1 while a list's file is refused and an older state of it is looked up in.",
    labels: { list: "name" },
  });
  const mended = () => {
    rejected.at().set(0);
    problems.clear();
  };

  return {
    loaded: (names) => exposition.retain(names),
    swapped() {
      swaps.at().inc();
      mended();
    },
    rejected(found) {
      rejections.at().inc();
      rejected.at().set(1);
      problems.clear();
      for (const [file, count] of found) problems.at(file).set(count);
    },
    mended,
    bundlesOpen: (count) => open.at().set(count),
    list(name, entries, good) {
      listEntries.at(name).set(entries);
      listRejected.at(name).set(good ? 0 : 1);
    },
  };
}
