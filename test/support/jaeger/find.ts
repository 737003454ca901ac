import { existsSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The last version that the Go module proxy serves by its tag; the same code as Jaeger 2.13.0. */
export const version = "v1.76.0";

/** Where `make test-jaeger` keeps what it built. */
export const builtFile = fileURLToPath(new URL(`../../../.tools/jaeger-${version}`, import.meta.url));

/** A Jaeger 2 program: the file named by JAEGER, or the one that was built; undefined if there is none. */
export function findJaeger(environment: NodeJS.ProcessEnv = process.env): string | undefined {
  const file = environment.JAEGER || builtFile;
  return existsSync(file) ? file : undefined;
}
