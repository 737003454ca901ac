import { type Logger, pino } from "pino";

export type { Logger };

export const logLevels = ["fatal", "error", "warn", "info", "debug", "trace", "silent"] as const;

/** JSON lines on standard error; standard output belongs to results. */
export function createLogger(level: (typeof logLevels)[number]): Logger {
  return pino(
    { level, base: { service: "verdict" }, timestamp: pino.stdTimeFunctions.isoTime },
    pino.destination({ fd: 2, sync: true }),
  );
}
