import { createRedisBackend, type IQueueBackend, type KeepJobs, type Processor } from 'bullmq';
import type { Redis } from 'ioredis';
import type { ActiveJob, BuriedJob, Engine, JobCounts, Position, SearchPart } from '../engine.js';
import type { JobData } from '../job-data.js';
import {
  type BullmqWorkerOptions,
  type InboxBackendFactory,
  type InboxBullmqWorker,
  type InboxQueue,
  openQueue,
  openWorker,
} from '../open-bullmq.js';
import type { ResolvedOptions } from '../resolve-options.js';
import { checkRedis } from './check-redis.js';
import { describeRedis, openRedis, openWorkerRedis, untilReady } from './open-redis.js';
import { buryScript, discardScript, dueField, saveActiveScript, saveFailedScript } from './redis-scripts.js';

/** The prefix is read from the options too, though the type does not say so. */
type RedisBackendOptions = Parameters<typeof createRedisBackend>[1];

type Options = Extract<ResolvedOptions, { backend: 'redis' }>;

/** Completed jobs that are kept, whatever their age: they are in memory. */
const mostCompleted = 10_000;

/** BullMQ on Redis. */
export class RedisEngine implements Engine {
  readonly removeOnComplete: boolean | KeepJobs;
  // One script renews them all, and nothing comes between.
  readonly renewedAtOnce = Number.POSITIVE_INFINITY;
  readonly stalledInterval = 1_000;
  readonly tidyInterval = 60_000;
  onLost: (() => void) | undefined;
  readonly #options: Options;
  readonly #base: string;
  #opening: Promise<Redis> | undefined;
  #becomingReady: Promise<void> | undefined;
  #place = 'Redis';
  readonly #workerClients = new Set<Redis>();

  constructor(options: Options) {
    this.#options = options;
    this.#base = `${options.prefix}:${options.queue}:`;
    const { keepCompleted: age } = options;
    this.removeOnComplete = age === 0 ? true : { age, count: mostCompleted };
  }

  get place(): string {
    return this.#place;
  }

  async check(): Promise<void> {
    const client = await this.#connect();
    if (this.#options.strict) await checkRedis(client, this.#place);
  }

  async openQueue(): Promise<InboxQueue> {
    return openQueue(this.#options.queue, this.#backendOn(await this.#connect()));
  }

  async openWorker(processor: Processor<JobData>, options: BullmqWorkerOptions): Promise<InboxBullmqWorker> {
    const client = openWorkerRedis(await this.#connect());
    this.#workerClients.add(client);
    client.on('error', () => {});
    client.on('end', () => this.#workerClients.delete(client));
    try {
      const worker = await openWorker(this.#options.queue, this.#backendOn(client), processor, options);
      // BullMQ leaves a client that it was given open.
      worker.on('closed', () => client.disconnect());
      return worker;
    } catch (error) {
      client.disconnect();
      throw error;
    }
  }

  // Locks are keys with a time to live: Redis itself ends them.
  async measureSkew(): Promise<number> {
    return 0;
  }

  async saveData(id: string, held: { token: string } | 'failed', data: JobData): Promise<boolean> {
    const json = JSON.stringify(data);
    const job = this.#key(id);
    if (held === 'failed') {
      return this.#run(saveFailedScript, [job, this.#key('failed')], [id, json, Date.now()]);
    }
    return this.#run(saveActiveScript, [job, `${job}:lock`], [held.token, json]);
  }

  async findActive(lockPrefix: string): Promise<readonly ActiveJob[]> {
    const client = await this.#connect();
    const ids = await client.lrange(this.#key('active'), 0, -1);
    if (ids.length === 0) return [];
    const locks = await client.mget(ids.map((id) => `${this.#key(id)}:lock`));
    return ids
      .map((id, index) => ({ id, lock: locks[index] ?? '' }))
      .filter(({ lock }) => lock.startsWith(lockPrefix));
  }

  async giveBack(backend: IQueueBackend, { id, lock }: ActiveJob): Promise<void> {
    await backend.moveJobFromActiveToWait(id, lock);
  }

  async bury({ id, name, data, failedReason, stacktrace }: BuriedJob): Promise<void> {
    await this.#run(
      buryScript,
      [this.#key(`de:${data.key}`), this.#key(id), this.#key('failed'), this.#key('events')],
      [
        id,
        data.key,
        readLifetime(data.retention),
        Date.now(),
        name,
        JSON.stringify(data),
        failedReason,
        JSON.stringify(stacktrace),
      ],
    );
  }

  async discard(id: string, { key, retention }: JobData): Promise<boolean> {
    const job = this.#key(id);
    const rest = ['logs', 'dependencies', 'processed', 'failed', 'unsuccessful'].map(
      (part) => `${job}:${part}`,
    );
    return this.#run(
      discardScript,
      [this.#key(`de:${key}`), job, this.#key('failed'), this.#key('events'), ...rest],
      [id, readLifetime(retention)],
    );
  }

  async listFailed(after: Position | undefined, limit: number): Promise<readonly Position[]> {
    const client = await this.#connect();
    const failed = this.#key('failed');
    const from = after?.at ?? '-inf';
    // Of the same millisecond Redis sorts by id; what is not after the position in it is left out here.
    const found: Position[] = [];
    for (let offset = 0; found.length < limit; offset += limit) {
      const page = readPositions(
        await client.zrangebyscore(failed, from, '+inf', 'WITHSCORES', 'LIMIT', offset, limit),
      );
      found.push(
        ...page.filter(({ id, at }) => after === undefined || at > after.at || isAfter(id, after.id)),
      );
      if (page.length < limit) break;
    }
    return found.slice(0, limit);
  }

  async readFailedReasons(ids: readonly string[]): Promise<readonly string[]> {
    const client = await this.#connect();
    return Promise.all(ids.map(async (id) => (await client.hget(this.#key(id), 'failedReason')) ?? ''));
  }

  async findFailed(prefix: string, from = '0'): Promise<SearchPart> {
    const client = await this.#connect();
    const match = ['MATCH', `${prefix}*`, 'COUNT', 10_000] as const;
    const [next, members] = await client.zscan(this.#key('failed'), from, ...match);
    return { found: readPositions(members), next: next === '0' ? undefined : next };
  }

  async countJobs(): Promise<JobCounts> {
    const client = await this.#connect();
    const [failed, ...unfinished] = await Promise.all([
      client.zcard(this.#key('failed')),
      client.zcard(this.#key('delayed')),
      client.zcard(this.#key('prioritized')),
      client.llen(this.#key('wait')),
      client.llen(this.#key('active')),
    ]);
    return { failed, unfinished: unfinished.reduce((sum, count) => sum + count, 0) };
  }

  async findOldestDue(): Promise<number | undefined> {
    const client = await this.#connect();
    const now = Date.now();
    const [[id], [, score]] = await Promise.all([
      client.lrange(this.#key('wait'), -1, -1),
      // BullMQ multiplies by 4096 to sort the jobs of one millisecond.
      client.zrangebyscore(this.#key('delayed'), 0, (now + 1) * 0x1000 - 1, 'WITHSCORES', 'LIMIT', 0, 1),
    ]);
    const dues: number[] = [];
    if (score !== undefined) dues.push(Math.floor(Number(score) / 0x1000));
    if (id !== undefined) {
      const [due, timestamp] = await client.hmget(this.#key(id), dueField, 'timestamp');
      if (due ?? timestamp) dues.push(Math.min(Number(due ?? timestamp), now));
    }
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  // Redis lets deduplication keys expire, and BullMQ trims its events.
  async tidy(): Promise<void> {}

  async close(): Promise<void> {
    for (const client of this.#workerClients) client.disconnect();
    const client = await this.#opening?.catch(() => undefined);
    client?.disconnect();
  }

  #backendOn(connection: Redis): InboxBackendFactory {
    const { prefix } = this.#options;
    return (name, options, extra) =>
      createRedisBackend(name, { ...options, connection, prefix } as RedisBackendOptions, extra);
  }

  #key(name: string): string {
    return this.#base + name;
  }

  async #run(script: string, keys: readonly string[], args: readonly (string | number)[]): Promise<boolean> {
    const client = await this.#connect();
    return (await client.eval(script, keys.length, ...keys, ...args)) === 1;
  }

  /** The client, when commands can be sent. */
  async #connect(): Promise<Redis> {
    this.#opening ??= this.#open();
    const client = await this.#opening;
    if (client.status === 'ready') return client;
    this.#becomingReady ??= untilReady(client).finally(() => {
      this.#becomingReady = undefined;
    });
    await this.#becomingReady;
    return client;
  }

  async #open(): Promise<Redis> {
    const client = await openRedis(this.#options.connection);
    client.on('error', () => {});
    client.on('close', () => this.onLost?.());
    this.#place = describeRedis(client);
    return client;
  }
}

/** For how many milliseconds a key is kept. Redis takes no 0 for it. */
function readLifetime(retention: number): number {
  return Math.max(1, Math.ceil(retention));
}

function readPositions(members: readonly string[]): Position[] {
  const positions: Position[] = [];
  for (let index = 0; index < members.length; index += 2) {
    positions.push({ id: members[index] as string, at: Number(members[index + 1]) });
  }
  return positions;
}

/** As Redis compares members: by their bytes. Ids of jobs are ASCII. */
function isAfter(id: string, other: string): boolean {
  return id > other;
}
