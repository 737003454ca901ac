/**
 * The same answer, or the signal's reason as soon as that is aborted. No listener stays behind.
 * @param aborted called if the signal was first.
 */
export function untilAborted<Answer>(
  answer: Promise<Answer>,
  signal: AbortSignal,
  aborted: () => void = () => {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = () => {
      reject(signal.reason);
      aborted();
    };
    const done = () => signal.removeEventListener("abort", stop);
    answer.then(
      (answered) => {
        done();
        resolve(answered);
      },
      (error) => {
        done();
        reject(error);
      },
    );
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
  });
}
