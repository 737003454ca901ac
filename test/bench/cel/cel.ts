import { compareConformance } from "./conformance.ts";
import { bufbuildCel } from "./libraries/bufbuild-cel.ts";
import { celJs } from "./libraries/cel-js.ts";
import { marcbachmannCelJs } from "./libraries/marcbachmann-cel-js.ts";
import { compareProbes } from "./probes.ts";
import { compareSpeed } from "./speed.ts";

const libraries = [marcbachmannCelJs, bufbuildCel, celJs];

/** The CEL libraries for JavaScript, by correctness and speed; first the one that derived features use. */
export async function benchCel(): Promise<void> {
  process.stdout.write("cel: libraries that could evaluate derived features\n");
  compareConformance(libraries);
  compareProbes(libraries);
  await compareSpeed(libraries);
}
