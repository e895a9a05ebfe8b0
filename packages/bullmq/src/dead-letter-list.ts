import {
  checkDeadLetterReason,
  type DeadLetter,
  type DeadLetterQuery,
  type DeadLetterReason,
  type DeadLetters,
} from '@fic-webhooks/core';
import { readDeadLetter, readFailedReason } from './dead-letter.js';
import type { Engine, Position } from './engine.js';
import { parseJobData } from './job-data.js';
import { jobIdPrefix } from './job-id.js';
import type { Step } from './queue-access.js';
import { RecentMap } from './recent-map.js';

/** BullMQ's code for a job that is not in the state in which it was looked for, or not there. */
const gone: readonly unknown[] = [-1, -3];

/** Letters that are looked up in one step, by place and reason alone: it ends in time also where the store is slow. */
const pageSize = 100;

/**
 * Letters that are read whole in one step. Each can be several megabytes, and they come over the connections on which
 * events are stored: what is put meanwhile waits for no more than these.
 */
const groupSize = 4;

/** Of so many letters that were listed the place is known: also after they have been retried or discarded. */
const remembered = 10_000;

/** The failed jobs of the queue, as dead letters. */
export class DeadLetterList implements DeadLetters {
  readonly #engine: Engine;
  readonly #step: Step;
  /** Where letters stood, so that they need no search, and a page can follow one that is gone. */
  readonly #places = new RecentMap<string, Position>(remembered);

  constructor(engine: Engine, step: Step) {
    this.#engine = engine;
    this.#step = step;
  }

  async list({ reason, limit = 100, after }: DeadLetterQuery = {}): Promise<readonly DeadLetter[]> {
    checkDeadLetterReason(reason);
    const most = Math.min(Math.max(1, Math.floor(limit)), 1_000);
    const letters: DeadLetter[] = [];
    let position = after === undefined ? undefined : await this.#locate(after);
    while (letters.length < most) {
      const page = await this.#step(() => this.#engine.listFailed(position, pageSize));
      const wanted = reason === undefined ? [...page] : await this.#filter(page, reason);
      while (wanted.length > 0 && letters.length < most) {
        const group = wanted.splice(0, Math.min(groupSize, most - letters.length));
        for (const [index, letter] of (await this.#readLetters(group)).entries()) {
          if (letter === undefined || (reason !== undefined && letter.reason !== reason)) continue;
          letters.push(letter);
          this.#places.set(letter.key, group[index] as Position);
        }
      }
      if (page.length < pageSize) break;
      position = page.at(-1);
    }
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

  /** Those of a reason, as far as that can be told without reading them. */
  async #filter(page: readonly Position[], reason: DeadLetterReason): Promise<Position[]> {
    const texts = await this.#step(() => this.#engine.readFailedReasons(page.map(({ id }) => id)));
    return page.filter((_, index) => readFailedReason(texts[index] ?? '').reason === reason);
  }

  /** In the same order. Undefined for what is no letter, or not that one any more. */
  async #readLetters(group: readonly Position[]): Promise<readonly (DeadLetter | undefined)[]> {
    const jobs = await this.#step((backend) => Promise.all(group.map(({ id }) => backend.getJobData(id))));
    return jobs.map((job, index) =>
      // Retried or discarded in between; one that has failed again since comes later in the list.
      job === undefined || job.finishedOn !== group[index]?.at ? undefined : readDeadLetter(job),
    );
  }

  async #find(key: string) {
    const listed = this.#places.get(key)?.id;
    const found = listed === undefined ? undefined : await this.#read(listed, key);
    if (found !== undefined) return found;
    const first = await this.#step((backend) => backend.getDeduplicationJobId(key));
    if (first !== null && first !== undefined) {
      const found = await this.#read(first, key);
      if (found !== undefined) return found;
    }
    // Its key may have been forgotten since, and taken by another job.
    for await (const { id } of this.#search(key)) {
      const found = await this.#read(id, key);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  /** In steps, each of which ends in time also among very many letters. */
  async *#search(key: string): AsyncGenerator<Position> {
    let from: string | undefined;
    do {
      const part = await this.#step(() => this.#engine.findFailed(jobIdPrefix(key), from));
      yield* part.found;
      from = part.next;
    } while (from !== undefined);
  }

  async #read(id: string, key: string) {
    const job = await this.#step((backend) => backend.getJobData(id));
    const data = job && parseJobData(job.data);
    if (job === undefined || data?.key !== key || job.finishedOn === undefined) return undefined;
    return { id, job, data };
  }

  /** Where to go on after a key. When nobody knows, from the start: better a letter twice than one never. */
  async #locate(key: string): Promise<Position | undefined> {
    const known = this.#places.get(key);
    if (known !== undefined) return known;
    for await (const found of this.#search(key)) return found;
    return undefined;
  }
}

function isGone(error: unknown): boolean {
  // As it comes, or as the cause of a coded error.
  const { code, cause } = error as { code?: unknown; cause?: { code?: unknown } };
  return gone.includes(code) || gone.includes(cause?.code);
}
