/**
 * Where lines go: `console`, pino and Nest's `Logger` all fit.
 *
 * @example
 * ```ts
 * createReceiver({ sink, applicationId, logger: pino() });
 * ```
 */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { warn() {}, error() {} };

/**
 * The logger for one request: that of the framework goes before that of the receiver, unless the receiver is told to be silent.
 */
export function pickLogger(own: Logger, ofRequest: Logger | undefined): Logger {
  return own === silentLogger ? own : (ofRequest ?? own);
}
