/** What the command tells the shell. A clean stop of the emulator by Ctrl+C or SIGTERM is `done`. */
export const exitCodes = {
  /** Done as asked, and what was looked at is right. */
  done: 0,
  /** It could not be done, or not all of it, or what was looked at is wrong. */
  failed: 1,
  /** The command line is wrong. Nothing was started, and nothing was sent. */
  wrongUsage: 2,
} as const;

/** One of {@link exitCodes}. */
export type ExitCode = (typeof exitCodes)[keyof typeof exitCodes];
