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
      serializers: { error: describe },
    },
    destination,
  );
}

/**
 * An error as it is logged: what it says, where it was thrown, what caused it. Its other properties are left out:
 * libraries put there what they worked on, such as a command with its arguments, or a URL with its password.
 */
function describe(error: unknown): object {
  if (!(error instanceof Error)) return { message: String(error) };
  const { name, message, stack, cause } = error;
  return { type: name, message, stack, ...(cause === undefined ? {} : { cause: describe(cause) }) };
}
