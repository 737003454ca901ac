import { milliseconds } from "../demo/format.ts";

/** Milliseconds; of what answers in this process also the microseconds. */
export function latency(ms: number): string {
  return ms < 0.1 ? ms.toFixed(3) : milliseconds(ms);
}
