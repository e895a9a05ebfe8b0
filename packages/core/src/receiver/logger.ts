/** Where lines go: `console`, pino and Nest's `Logger` all fit. */
export interface Logger {
  warn(message: string): void;
  error(message: string): void;
}

/** A logger that says nothing. */
export const silentLogger: Logger = { warn() {}, error() {} };
