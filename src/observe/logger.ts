import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** JSON lines, by default on standard error: standard output belongs to results. */
export function createLogger(
  level: (typeof logLevels)[number],
  destination: DestinationStream = pino.destination({ fd: 2, sync: true }),
): Logger {
  return pino(
    {
      level,
      base: { service: "verdict" },
      timestamp: pino.stdTimeFunctions.isoTime,
      // Without it an Error is written as {}.
      serializers: { error: pino.stdSerializers.err },
    },
    destination,
  );
}
