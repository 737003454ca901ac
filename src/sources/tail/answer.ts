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
