/** What the command tells the shell. A clean stop by Ctrl+C or SIGTERM is `done`. */
export const exitCodes = {
  /** Done as asked. */
  done: 0,
  /** It could not be done: the port is in use, the state is damaged, and the like. */
  failed: 1,
  /** The command line is wrong. Nothing was started. */
  wrongUsage: 2,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
