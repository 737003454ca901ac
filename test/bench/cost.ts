import type { Measure } from "./rounds.ts";

/** Some work over one input, at once or later. */
type Work<Input> = (input: Input) => unknown;

const roundUs = 100_000;

/**
 * The cost of some work in µs of the processor a run, over many inputs in turn; what other programs take of it meanwhile
 * does not count. How many runs make a round is found by running it for as long as a round, which also warms it up.
 * @param inFlight how many runs are under way at a time, if they answer later.
 */
export async function costOf<Input>(inputs: readonly Input[], work: Work<Input>, inFlight = 1): Promise<Measure> {
  let at = 0;
  const next = () => inputs[at++ % inputs.length]!;
  const run = async (count: number) => {
    for (let done = 0; done < count; done += inFlight) {
      if (inFlight > 1) await Promise.all(Array.from({ length: inFlight }, () => work(next())));
      else {
        const result = work(next());
        // Waiting for what is there already would cost more than the work.
        if (result instanceof Promise) await result;
      }
    }
  };
  let runs = inFlight;
  for (let spent = 0; spent < roundUs; ) {
    spent = await processorUs(() => run(runs));
    if (spent < roundUs) runs = Math.ceil((runs * Math.min(10, Math.max(1.5, roundUs / spent))) / inFlight) * inFlight;
  }
  return async () => (await processorUs(() => run(runs))) / runs;
}

/** Of all threads of this process. */
async function processorUs(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}
