import type { Source__Output } from "../../server/generated/verdict/v1/Source.ts";
import { milliseconds } from "./format.ts";

const width = 40;

/**
 * When each source was asked and answered, from the request's arrival to the decision; sources on the critical path in
 * full blocks. A source too quick to show still shows as one block.
 */
export function waterfall(sources: readonly Source__Output[], elapsedMs: number): readonly string[] {
  const names = Math.max(0, ...sources.map(({ name }) => name.length));
  return [
    `  Sources within ${milliseconds(elapsedMs)} ms (█ on the critical path, ░ not)`,
    "",
    ...sources.map((source) => {
      const bar = elapsedMs > 0 ? block(source, width / elapsedMs) : "".padEnd(width);
      const status = source.status === "OK" ? "" : `, ${source.status}`;
      const took = milliseconds(source.duration_ms).padStart(5);
      const held = milliseconds(source.contribution_ms).padStart(5);
      return `  ${source.name.padEnd(names)} │${bar}│ took ${took}, held up ${held}${status}`;
    }),
  ];
}

function block({ start_ms, duration_ms, critical }: Source__Output, columnsAMs: number): string {
  const from = Math.min(width - 1, Math.max(0, Math.floor(start_ms * columnsAMs)));
  const length = Math.min(width - from, Math.max(1, Math.round(duration_ms * columnsAMs)));
  return (" ".repeat(from) + (critical ? "█" : "░").repeat(length)).padEnd(width);
}
