import type { SourceAnswer } from "../../domain/source.ts";

/** Whether the source did its work: also "there is none of that key", and an answer that lacks a part. */
export function isGood({ status }: SourceAnswer): boolean {
  return status === "OK" || status === "CACHED" || status === "NOT_FOUND";
}

/**
 * Begins something and is told of its end, however and whenever that comes. What answers at once still does.
 * @param end gets the answer; undefined if there was none, by a throw or a rejection, which goes on to the caller.
 */
export function follow(
  begin: () => SourceAnswer | Promise<SourceAnswer>,
  end: (answer: SourceAnswer | undefined) => void,
): SourceAnswer | Promise<SourceAnswer> {
  let answer: SourceAnswer | Promise<SourceAnswer>;
  try {
    answer = begin();
  } catch (error) {
    end(undefined);
    throw error;
  }
  if (!(answer instanceof Promise)) {
    end(answer);
    return answer;
  }
  return answer.then(
    (answered) => {
      end(answered);
      return answered;
    },
    (error) => {
      end(undefined);
      throw error;
    },
  );
}

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
