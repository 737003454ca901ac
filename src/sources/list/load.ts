import { Worker } from "node:worker_threads";
import { type BuiltList, buildList } from "./build.ts";
import { type ListImage, partsOf } from "./list-index.ts";

/** Smaller files are read faster here than a thread starts, in about a millisecond. */
const inlineBytesMax = 64 * 1024;

/** Takes what was read, and returns the memory that is looked up in no more. */
export type TakeList = (built: BuiltList) => ListImage | undefined;

/**
 * Reads a list's file without holding up the event loop, however large the file is.
 * @param signal aborting it ends the reading, which then throws the signal's reason
 * @throws what the file system throws
 */
export async function loadList(file: string, bytes: number, take: TakeList, signal: AbortSignal): Promise<void> {
  if (bytes > inlineBytesMax) return loadInWorker(file, take, signal);
  const built = await buildList(file);
  signal.throwIfAborted();
  take(built);
}

async function loadInWorker(file: string, take: TakeList, signal: AbortSignal): Promise<void> {
  signal.throwIfAborted();
  const worker = new Worker(new URL("./build-worker.ts", import.meta.url), { workerData: file });
  const end = () => void worker.terminate();
  signal.addEventListener("abort", end);
  try {
    await new Promise<void>((resolve, reject) => {
      worker.once("message", (built: BuiltList) => {
        if (signal.aborted) return;
        const old = take(withBuffer(built));
        // Giving back hundreds of megabytes takes tens of milliseconds: the thread's to spend, not the event loop's.
        worker.postMessage(old, old && partsOf(old));
        resolve();
      });
      worker.once("error", reject);
      worker.once("exit", () => reject(signal.aborted ? signal.reason : new Error("the thread that read it ended")));
    });
  } finally {
    signal.removeEventListener("abort", end);
  }
}

/** What comes from another thread is a plain array of bytes. */
function withBuffer(built: BuiltList): BuiltList {
  if (built.kind !== "good") return built;
  const { image } = built.contents;
  return { ...built, contents: { ...built.contents, image: { ...image, arena: Buffer.from(image.arena.buffer) } } };
}
