import { type CleanUp, cleanUp } from "../support/clean-up.ts";

/** Runs a bench and closes afterwards what it opened, also when it fails. */
export async function withCleanUp(bench: (clean: CleanUp) => Promise<void>): Promise<void> {
  let closeAll = async () => {};
  const clean = cleanUp((run) => {
    closeAll = run;
  });
  try {
    await bench(clean);
  } finally {
    await closeAll();
  }
}
