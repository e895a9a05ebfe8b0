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
