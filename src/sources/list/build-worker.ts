/** A worker thread that reads one list's file, hands over what it read, and ends with the memory that this replaced. */
import { parentPort, workerData } from "node:worker_threads";
import { buildList } from "./build.ts";
import { partsOf } from "./list-index.ts";

const built = await buildList(workerData as string);
parentPort?.once("message", () => parentPort?.close());
parentPort?.postMessage(built, built.kind === "good" ? partsOf(built.contents.image) : []);
