/**
 * How a process works through an inbox. All durations are milliseconds.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({ sink, applicationId, inbox, worker: { concurrency: 8, attempts: 10 } });
 * ```
 */
export interface WorkerOptions {
  /** The most events that are handled at once. Default 4. */
  concurrency?: number;
  /** How often an event may fail before it becomes a dead letter. Default 20, which takes about six hours. */
  attempts?: number;
  /**
   * How often the process may die while it handles one event, before that becomes a dead letter. Default 5. A crash
   * costs no attempt.
   */
  crashes?: number;
  /** The time before the second attempt; it doubles with every further one, with jitter. Default 1,000. */
  firstDelay?: number;
  /** The longest time between two attempts. Default 3,600,000, an hour. */
  longestDelay?: number;
  /** How long a claim lasts when the process dies; renewed every third of it. Default 15,000. */
  lease?: number;
}

/** How a process works through the inbox, with every default in its place. */
export type ResolvedWorkerOptions = Readonly<Required<WorkerOptions>>;
