import { randomUUID } from 'node:crypto';
import type { InboxItem } from '@fic-webhooks/core';
import type { Job } from 'bullmq';
import type { ActiveJob } from './engine.js';
import { type JobData, readPayload } from './job-data.js';

/** What a claim is made from. */
export interface ClaimOptions {
  readonly job: Job<JobData>;
  readonly data: JobData;
  /** BullMQ's lock token. */
  readonly lock: string;
  /** Milliseconds. */
  readonly lease: number;
  /** Stores the data of the job under the lock. */
  readonly save: (data: JobData) => Promise<boolean>;
}

/** A job that this process works on. */
export class Claim implements ActiveJob {
  readonly job: Job<JobData>;
  readonly lock: string;
  readonly item: InboxItem;
  /** Resolves when nobody waits for the verdict any more. */
  readonly released: Promise<void>;
  #release: () => void = () => {};
  #over = false;
  readonly #abort = new AbortController();
  readonly #lease: number;
  #expiry: NodeJS.Timeout | undefined;
  #data: JobData;
  readonly #save: ClaimOptions['save'];
  #saving: Promise<unknown> = Promise.resolve();

  constructor({ job, data, lock, lease, save }: ClaimOptions) {
    this.job = job;
    this.lock = lock;
    this.#data = data;
    this.#lease = lease;
    this.#save = save;
    this.released = new Promise((resolve) => {
      this.#release = resolve;
    });
    this.item = {
      key: data.key,
      name: data.name,
      payload: readPayload(data),
      receivedAt: data.receivedAt,
      attempt: job.attemptsMade + 1,
      crashes: Math.max(0, job.stalledCounter - Math.max(data.stalledBefore, data.stalledAtBurial ?? 0)),
      handled: data.handled,
      // BullMQ uses one lock token for several jobs, and may for the next claim of the same job.
      token: randomUUID(),
      signal: this.#abort.signal,
      markHandled: (handler) => this.#markHandled(handler),
    };
    this.renewedAt(job.processedOn ?? Date.now());
  }

  get id(): string {
    return String(this.job.id);
  }

  /** Ended, lost or given back: it must not change the job any more. */
  get over(): boolean {
    return this.#over;
  }

  /** The lock was asked for at this time, and lasts from then at least. */
  renewedAt(time: number): void {
    clearTimeout(this.#expiry);
    if (this.#over) return;
    const left = time + this.#lease - Date.now();
    // At once: the answer to a claim may have come so late that nothing shall be begun any more.
    if (left <= 0) this.lose();
    else this.#expiry = setTimeout(() => this.lose(), left);
  }

  /** Another process may work on it now. */
  lose(): void {
    this.end();
    this.#abort.abort();
  }

  /** Nobody waits for the verdict any more. */
  giveBack(): void {
    this.lose();
    this.#release();
  }

  end(): void {
    this.#over = true;
    clearTimeout(this.#expiry);
  }

  /** Before crashes make it a dead letter: whoever takes it back from there has its crashes counted anew. */
  settleCrashes(): Promise<boolean> {
    const stalledAtBurial = this.job.stalledCounter;
    const stalledBefore = stalledAtBurial - this.item.crashes;
    return this.#change((data) => ({ ...data, stalledBefore, stalledAtBurial }));
  }

  #markHandled(handler: string): Promise<boolean> {
    return this.#change((data) =>
      data.handled.includes(handler) ? data : { ...data, handled: [...data.handled, handler] },
    );
  }

  // One after the other: each writes the whole data.
  #change(make: (data: JobData) => JobData): Promise<boolean> {
    const saved = this.#saving.then(async () => {
      if (this.#over) return false;
      const data = make(this.#data);
      if (data === this.#data) return true;
      const held = await this.#save(data);
      if (held) this.#data = data;
      else this.lose();
      return held;
    });
    this.#saving = saved.catch(() => {});
    return saved;
  }
}
