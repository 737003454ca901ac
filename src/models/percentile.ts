/** A histogram of scores over the training data. */
export interface ScoreBaseline {
  readonly edges: readonly number[];
  readonly counts: readonly number[];
}

/** What makes a histogram none; undefined if it is one. */
export function baselineProblem({ edges, counts }: ScoreBaseline): string | undefined {
  if (edges.length !== counts.length + 1) return `${edges.length} edges do not bound ${counts.length} bins`;
  return edges.some((edge, at) => at > 0 && edge <= edges[at - 1]!) ? "the edges do not rise" : undefined;
}

/** The share (0 to 100) of the baseline below a score, linear within a bin. */
export function percentile(score: number, { edges, counts }: ScoreBaseline): number {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return 0;
  let below = 0;
  for (const [bin, count] of counts.entries()) {
    const from = edges[bin]!;
    const to = edges[bin + 1]!;
    if (score >= to) below += count;
    else {
      if (score > from) below += (count * (score - from)) / (to - from);
      break;
    }
  }
  return (100 * below) / total;
}
