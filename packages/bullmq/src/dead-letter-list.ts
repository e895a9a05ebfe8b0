import type { DeadLetter, DeadLetterQuery, DeadLetters } from '@fic-webhooks/core';
import { readDeadLetter } from './dead-letter.js';
import type { Engine, Position } from './engine.js';
import { readJobData } from './job-data.js';
import { jobIdPrefix } from './job-id.js';
import type { Step } from './queue-access.js';

/** BullMQ's code for a job that is not in the state in which it was looked for, or not there. */
const gone: readonly unknown[] = [-1, -3];

/** Letters that are read in one step, so that it ends in time also where the store is slow. */
const pageSize = 100;

/** How many last letters of pages are known after they have been retried or discarded. */
const remembered = 1_000;

/** The failed jobs of the queue, as dead letters. */
export class DeadLetterList implements DeadLetters {
  readonly #engine: Engine;
  readonly #step: Step;
  /** Where the last letters of pages stood, so that a page can follow one that is gone. */
  readonly #ends = new Map<string, Position>();

  constructor(engine: Engine, step: Step) {
    this.#engine = engine;
    this.#step = step;
  }

  async list({ reason, limit = 100, after }: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    const most = Math.min(Math.max(1, Math.floor(limit)), 1_000);
    const letters: DeadLetter[] = [];
    let position = after === undefined ? undefined : await this.#locate(after);
    while (letters.length < most) {
      const page = await this.#step(() => this.#engine.listFailed(position, pageSize));
      const jobs = await this.#step((backend) => Promise.all(page.map(({ id }) => backend.getJobData(id))));
      for (const [index, job] of jobs.entries()) {
        position = page[index];
        // Retried or discarded in between.
        const letter = job && readDeadLetter(job);
        if (letter === undefined || (reason !== undefined && letter.reason !== reason)) continue;
        letters.push(letter);
        if (letters.length === most) break;
      }
      if (page.length < pageSize) break;
    }
    const last = letters.at(-1);
    if (last !== undefined && position !== undefined) this.#remember(last.key, position);
    return letters;
  }

  async retry(key: string): Promise<boolean> {
    const found = await this.#find(key);
    if (found === undefined) return false;
    const { id, job, data } = found;
    const requeuedAt = Date.now();
    const anew = { ...data, stalledBefore: job.stalledCounter ?? 0, requeuedAt };
    if (!(await this.#step(() => this.#engine.saveData(id, 'failed', anew)))) return false;
    try {
      const counters = { resetAttemptsMade: true, resetAttemptsStarted: true };
      await this.#step((backend) =>
        backend.retryFinishedJob(
          { id, opts: {} } as Parameters<typeof backend.retryFinishedJob>[0],
          'failed',
          counters,
        ),
      );
      return true;
    } catch (error) {
      if (isGone(error)) return false;
      throw error;
    }
  }

  async discard(key: string): Promise<boolean> {
    const found = await this.#find(key);
    return found !== undefined && this.#step(() => this.#engine.discard(found.id, found.data));
  }

  async #find(key: string) {
    const first = await this.#step((backend) => backend.getDeduplicationJobId(key));
    if (first !== null && first !== undefined) {
      const found = await this.#read(first, key);
      if (found !== undefined) return found;
    }
    // Its key may have been forgotten since, and taken by another job.
    for (const { id } of await this.#step(() => this.#engine.findFailed(jobIdPrefix(key)))) {
      const found = await this.#read(id, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  async #read(id: string, key: string) {
    const job = await this.#step((backend) => backend.getJobData(id));
    const data = job && readJobData(JSON.parse(job.data));
    if (job === undefined || data?.key !== key || job.finishedOn === undefined) return undefined;
    return { id, job, data };
  }

  /** Where to go on after a key. When nobody knows, from the start: better a letter twice than one never. */
  async #locate(key: string): Promise<Position | undefined> {
    const known = this.#ends.get(key);
    if (known !== undefined) return known;
    const found = await this.#step(() => this.#engine.findFailed(jobIdPrefix(key)));
    return found[0];
  }

  #remember(key: string, position: Position): void {
    this.#ends.delete(key);
    this.#ends.set(key, position);
    for (const oldest of this.#ends.keys()) {
      if (this.#ends.size <= remembered) break;
      this.#ends.delete(oldest);
    }
  }
}

function isGone(error: unknown): boolean {
  // As it comes, or as the cause of a coded error.
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return gone.includes(code) || gone.includes(cause?.code);
}
