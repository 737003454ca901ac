/** Below, every microsecond is a class of its own; above, a class is at most a thousandth as wide as its values are large. */
const exactBelowUs = 2048;
const classesPerOctave = 1024;
/** An hour: more than any decision takes. */
const maxUs = 3_600_000_000;

/** Counts of times in microseconds: of any number of them, in little memory; quantiles are exact to 0.05 %. */
export class Histogram {
  readonly #counts = new Map<number, number>();
  #total = 0;

  /** @param times how often; negative takes away what was added. */
  add(us: number, times = 1): void {
    const at = classOf(us);
    this.#counts.set(at, (this.#counts.get(at) ?? 0) + times);
    this.#total += times;
  }

  /** How many there are. */
  get total(): number {
    return this.#total;
  }

  /**
   * The nearest rank: the smallest time that at least this share does not exceed. 0 if there is none.
   * @param besides counted in as well.
   */
  quantile(share: number, besides?: Histogram): number {
    const counts = new Map(this.#counts);
    if (besides !== undefined) for (const [at, times] of besides.#counts) counts.set(at, (counts.get(at) ?? 0) + times);
    let left = Math.max(1, Math.ceil(share * (this.#total + (besides?.total ?? 0))));
    for (const at of [...counts.keys()].sort((left, right) => left - right)) {
      left -= counts.get(at)!;
      if (left <= 0) return middleOf(at);
    }
    return 0;
  }
}

/** Classes are numbered in the order of their times. */
function classOf(us: number): number {
  const whole = Math.round(Math.min(Math.max(us, 0), maxUs));
  if (whole < exactBelowUs) return whole;
  const octave = Math.floor(Math.log2(whole / classesPerOctave));
  return octave * classesPerOctave + Math.floor(whole / 2 ** octave);
}

function middleOf(at: number): number {
  if (at < exactBelowUs) return at;
  const octave = Math.floor(at / classesPerOctave) - 1;
  return (at - octave * classesPerOctave + 0.5) * 2 ** octave;
}
