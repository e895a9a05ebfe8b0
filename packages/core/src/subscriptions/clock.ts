/** How to wait. */
export interface SleepOptions {
  /** Ends the waiting: `sleep` rejects with its reason. */
  readonly signal?: AbortSignal | undefined;
  /** True: the waiting alone does not keep the process alive. Default false. */
  readonly isBackground?: boolean | undefined;
}

/**
 * Time, as the client and the keeper see it. To be replaced in tests, so that ten minutes need not pass.
 *
 * @example
 * ```ts
 * const clock: Clock = { now: () => fic.clock().now, sleep: async () => fic.settled() };
 * ```
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Resolves after so many milliseconds; rejects with the signal's reason when it aborts before. */
  sleep(milliseconds: number, options: SleepOptions): Promise<void>;
}

/** The longest time a timer takes, 2^31 - 1 milliseconds. */
export const longestTimer = 2_147_483_647;

/** The clock of the machine. */
export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (milliseconds, { signal, isBackground = false }) =>
    new Promise((resolve, reject) => {
      const stop = () => {
        clearTimeout(timer);
        reject(signal?.reason);
      };
      const timer = setTimeout(
        () => {
          signal?.removeEventListener('abort', stop);
          resolve();
        },
        Math.min(milliseconds, longestTimer),
      );
      // Outside of Node.js a timer is a number, and keeps nothing alive.
      if (isBackground) (timer as Partial<typeof timer>).unref?.();
      if (signal?.aborted === true) stop();
      else signal?.addEventListener('abort', stop, { once: true });
    }),
};
