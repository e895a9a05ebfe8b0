import type { IQueueBackend, KeepJobs, Processor } from 'bullmq';
import type { JobData } from './job-data.js';
import type { BullmqWorkerOptions, InboxBullmqWorker, InboxQueue } from './open-bullmq.js';

/** A dead letter as it is written. */
export interface BuriedJob {
  readonly id: string;
  readonly name: string;
  readonly data: JobData;
  readonly failedReason: string;
  readonly stacktrace: readonly string[];
}

/** Where a dead letter stands in the list. */
export interface Position {
  readonly id: string;
  /** When it was buried: milliseconds since the epoch. */
  readonly at: number;
}

/** What one step of a search has found. */
export interface SearchPart {
  readonly found: readonly Position[];
  /** Where the next step begins. Undefined when all has been searched. */
  readonly next: string | undefined;
}

/** A job that a worker has claimed. */
export interface ActiveJob {
  readonly id: string;
  /** BullMQ's lock token: the id of the worker, a colon, and what tells its claims apart. */
  readonly lock: string;
}

/** How many jobs there are. */
export interface JobCounts {
  /** Waiting, active, and delayed. */
  readonly unfinished: number;
  readonly failed: number;
}

/**
 * One back end of BullMQ, with the few things that BullMQ has no call for: each is atomic, and takes one round trip.
 *
 * Methods reject with what the client, the server or BullMQ threw.
 */
export interface Engine {
  /** What to call it in messages: never with a password. */
  readonly place: string;
  /** What BullMQ does when a job is completed: removes it, removes others that are old, or none. */
  readonly removeOnComplete: boolean | KeepJobs;
  /**
   * How many claims are renewed in one step at most. In PostgreSQL a step that changes many jobs holds some while it waits
   * for others, and BullMQ's look for claims whose process has died does so too: the two would wait for each other.
   */
  readonly renewedAtOnce: number;
  /**
   * Milliseconds between two looks for claims whose process has died, at most. Each look of BullMQ reads every job of a
   * queue in PostgreSQL, and only the active ones in Redis.
   */
  readonly stalledInterval: number;
  /** Milliseconds between two calls of `tidy` by a worker, and between two looks at the clock. */
  readonly tidyInterval: number;
  /** Told when the connection is lost: the store may have other settings when it is back. */
  onLost: (() => void) | undefined;
  /**
   * Connects, and checks that the store keeps what it is given.
   *
   * @throws FicWebhooksError for what only a person can mend.
   */
  check(): Promise<void>;
  openQueue(): Promise<InboxQueue>;
  openWorker(processor: Processor<JobData>, options: BullmqWorkerOptions): Promise<InboxBullmqWorker>;
  /**
   * By how many milliseconds at least the clock of this machine is ahead of that of the store, or behind when negative. 0
   * where claims do not go by the clocks of workers.
   */
  measureSkew(): Promise<number>;
  /** Replaces the data of a job, if the job is active under this token, or if it has failed. */
  saveData(id: string, held: { readonly token: string } | 'failed', data: JobData): Promise<boolean>;
  /** The jobs whose lock begins with this. */
  findActive(lockPrefix: string): Promise<readonly ActiveJob[]>;
  /** Lets the next worker have a job at once, if it is active under this lock. It counts as no attempt. */
  giveBack(backend: IQueueBackend, job: ActiveJob): Promise<void>;
  /** Adds a job that has failed already, unless its key is taken. */
  bury(job: BuriedJob): Promise<void>;
  /** Removes a failed job, and remembers its key for the retention from now. */
  discard(id: string, data: JobData): Promise<boolean>;
  /** The failed jobs after a position, the oldest first. */
  listFailed(after: Position | undefined, limit: number): Promise<readonly Position[]>;
  /** Why jobs failed, in the same order, without reading what they hold. Empty for one that is gone. */
  readFailedReasons(ids: readonly string[]): Promise<readonly string[]>;
  /** The failed jobs whose id begins with this: some of them at a time, from the start or where the last part ended. */
  findFailed(prefix: string, from: string | undefined): Promise<SearchPart>;
  /** How many jobs there are. BullMQ's own counts leave out a queue that is paused, or read every job. */
  countJobs(): Promise<JobCounts>;
  /** Since when the job that waits longest could have been worked on: milliseconds since the epoch. */
  findOldestDue(): Promise<number | undefined>;
  /** Removes what nothing else removes. */
  tidy(): Promise<void>;
  close(): Promise<void>;
}
