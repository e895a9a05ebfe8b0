import type {
  Inbox,
  InboxHealth,
  InboxWork,
  InboxWorker,
  NewDeadLetter,
  NewInboxItem,
  PutResult,
} from '@fic-webhooks/core';
import type { BullmqInboxOptions } from './bullmq-inbox-options.js';
import { writeFailedReason } from './dead-letter.js';
import { DeadLetterList } from './dead-letter-list.js';
import type { Engine } from './engine.js';
import { isRefusal } from './gate.js';
import { writeJobData } from './job-data.js';
import { createJobId, hasFingerprint } from './job-id.js';
import { PostgresEngine } from './postgres/postgres-engine.js';
import { QueueAccess } from './queue-access.js';
import { QueueWorker } from './queue-worker.js';
import { RedisEngine } from './redis/redis-engine.js';
import { resolveOptions } from './resolve-options.js';

/**
 * A durable inbox on BullMQ, over Redis or PostgreSQL, for as many machines as you like.
 *
 * Events are jobs of one queue, added once per key through BullMQ's deduplication: dashboards show them, waiting, active,
 * delayed between attempts, completed, and failed when they are dead letters. An event is on the disk of the store when
 * `put` resolves; settings that make this untrue stop the start. Whatever becomes of the store, every method ends within two
 * seconds, but those of `deadLetters`: they take several steps, each of which does. The inbox goes on by itself when the
 * store is back.
 *
 * @throws InvalidOptionError `option-invalid` or `option-unknown`, naming the option. Its methods reject with
 * FicWebhooksError `inbox-unreachable`, `inbox-full`, `inbox-overloaded`, `inbox-closed`, and what `ready` refuses:
 * `inbox-not-durable`, `inbox-schema-newer`, `module-missing`, and `option-invalid` for tables that are not there;
 * `deadLetters.list` with InvalidOptionError `option-invalid` for a reason that there is not.
 *
 * @example
 * ```ts
 * const receiver = createReceiver({
 *   sink,
 *   applicationId,
 *   inbox: bullmqInbox({ connection: 'redis://localhost:6379' }),
 * });
 * ```
 */
export function bullmqInbox(options: BullmqInboxOptions): Inbox {
  const resolved = resolveOptions(options);
  const engine: Engine =
    resolved.backend === 'redis' ? new RedisEngine(resolved) : new PostgresEngine(resolved);
  return new BullmqInbox(engine);
}

class BullmqInbox implements Inbox {
  readonly deadLetters: DeadLetterList;
  readonly #engine: Engine;
  readonly #access: QueueAccess;

  constructor(engine: Engine) {
    this.#engine = engine;
    this.#access = new QueueAccess(engine);
    this.deadLetters = new DeadLetterList(engine, this.#access.step);
  }

  async ready(): Promise<void> {
    try {
      await this.#access.step(async () => {});
    } catch (error) {
      // A store that cannot be reached can be back any moment; one with wrong settings stays wrong.
      if (isRefusal(error)) throw error;
    }
  }

  async put(item: NewInboxItem): Promise<PutResult> {
    const { key, fingerprint, retention } = item;
    const id = createJobId(key, fingerprint);
    const first = await this.#access.enqueue(async (queue) => {
      const data = writeJobData(item);
      const job = await queue.add(data.name || 'unreadable', data, {
        jobId: id,
        deduplication: { id: key, ttl: Math.max(1, Math.ceil(retention)) },
      });
      return job.id ?? id;
    });
    if (first === id) return 'stored';
    return hasFingerprint(first, fingerprint) ? 'duplicate' : 'conflict';
  }

  async bury(letter: NewDeadLetter): Promise<void> {
    const { key, fingerprint, reason, error } = letter;
    const data = writeJobData(letter);
    await this.#access.enqueue(() =>
      this.#engine.bury({
        id: createJobId(key, fingerprint),
        name: data.name || 'unreadable',
        data,
        failedReason: writeFailedReason(reason, error),
        stacktrace: [],
      }),
    );
  }

  work(work: InboxWork): InboxWorker {
    const worker = new QueueWorker({ engine: this.#engine, work, access: this.#access });
    worker.start();
    return worker;
  }

  async health(): Promise<InboxHealth> {
    return this.#access.step(async () => {
      const [{ unfinished, failed }, oldest] = await Promise.all([
        this.#engine.countJobs(),
        this.#engine.findOldestDue(),
      ]);
      return {
        waiting: unfinished,
        oldestDue: oldest === undefined ? 0 : Math.max(0, Date.now() - oldest),
        deadLetters: failed,
      };
    });
  }

  close(): Promise<void> {
    return this.#access.close();
  }
}
