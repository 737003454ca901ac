import { getEventListeners } from "node:events";
import type { FeatureSource, SourceAnswer } from "../../../src/domain/source.ts";
import { sharedNowMs } from "./slow-servers.ts";

/** One fetch, from its beginning to its end. */
export interface Fetching {
  readonly source: string;
  /** Of the request as the decision makes it, or of one attempt as it reaches the source. */
  readonly layer: "fetch" | "attempt";
  /** For which decision; of what several wait for, the first one. */
  readonly decision: string;
  /** On the clock of `sharedNowMs`; undefined while it runs. */
  endMs: number | undefined;
  /** How many listen to its signal. */
  listeners(): number;
}

/** Notes every fetch that passes. */
export function watchFetches(
  source: FeatureSource,
  layer: Fetching["layer"],
  begun: (fetching: Fetching) => void,
): FeatureSource {
  const { name, kind } = source;
  return {
    name,
    kind,
    prepare(features) {
      const fetch = source.prepare(features);
      return (request) => {
        const fetching: Fetching = {
          source: name,
          layer,
          decision: request.event.requestId,
          endMs: undefined,
          listeners: () => getEventListeners(request.signal, "abort").length,
        };
        begun(fetching);
        const end = () => {
          fetching.endMs = sharedNowMs();
        };
        let answer: SourceAnswer | Promise<SourceAnswer>;
        try {
          answer = fetch(request);
        } catch (error) {
          end();
          throw error;
        }
        if (answer instanceof Promise) answer.then(end, end);
        else end();
        return answer;
      };
    },
  };
}
