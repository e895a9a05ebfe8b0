import { setTimeout as sleep } from 'node:timers/promises';
import type { Inbox, InboxItem, InboxWorker, Verdict } from '@fic-webhooks/core';
import { CaseFailure } from '../suite/suite-case.js';

/** How a recorder works. */
export interface RecorderOptions {
  /** Default 1. */
  readonly concurrency?: number;
  /** Default long enough for the case. */
  readonly lease?: number;
}

/** One call of `process`. */
export interface RecordedRun {
  readonly item: InboxItem;
  /** By `performance.now()`. */
  readonly at: number;
}

/** A worker that remembers what it was given. */
export class Recorder {
  readonly runs: RecordedRun[] = [];
  readonly troubles: unknown[] = [];
  /** The most that were processed at once. */
  peak = 0;
  #running = 0;
  readonly #worker: InboxWorker;

  constructor(
    inbox: Inbox,
    verdict: (item: InboxItem) => Verdict | Promise<Verdict>,
    { concurrency = 1, lease = 60_000 }: RecorderOptions,
  ) {
    this.#worker = inbox.work({
      concurrency,
      lease,
      process: async (item) => {
        this.runs.push({ item, at: performance.now() });
        this.peak = Math.max(this.peak, ++this.#running);
        try {
          return await verdict(item);
        } finally {
          this.#running--;
        }
      },
      onTrouble: (error) => this.troubles.push(error),
    });
  }

  /** The run of this number, counted from 1, once it has begun. */
  async run(number: number, within = 4_000): Promise<RecordedRun> {
    const started = performance.now();
    for (;;) {
      const run = this.runs[number - 1];
      if (run !== undefined) return run;
      if (performance.now() - started > within) {
        throw new CaseFailure(
          `Expected process to be called ${number} times; within ${within} ms it was called ${this.runs.length} times.`,
        );
      }
      await sleep(10);
    }
  }

  /** Expects that nothing more is begun. */
  async expectRuns(wanted: number, when: string, after = 900): Promise<void> {
    await sleep(after);
    if (this.runs.length !== wanted) {
      throw new CaseFailure(
        `Expected process to have been called ${wanted} times ${when}; it was called ${this.runs.length} times.`,
      );
    }
  }

  stop(deadline: number): Promise<void> {
    return this.#worker.stop({ deadline });
  }
}
