import { setTimeout as sleep } from 'node:timers/promises';
import type { InboxWork, InboxWorker, Verdict } from '@fic-webhooks/core';
import { DelayedError, type Job, UnrecoverableError } from 'bullmq';
import { checkClock, isSkew } from './check-clock.js';
import { Claim } from './claim.js';
import type { ActiveJob, Engine } from './engine.js';
import { type JobData, readJobData } from './job-data.js';
import type { InboxBullmqWorker } from './open-bullmq.js';
import type { QueueAccess, Step } from './queue-access.js';
import { isLockLost, storeVerdict } from './store-verdict.js';
import { StrayClaims } from './stray-claims.js';
import { TroubleTeller } from './trouble-teller.js';
import { within } from './within.js';

/** Milliseconds between two tries to reach the store. */
const retryDelay = 500;

/** Milliseconds for BullMQ to close its worker. */
const closeWithin = 1_500;

/** The most that PostgreSQL's integer holds: BullMQ shall not judge how often a process may die. */
const never = 2 ** 31 - 1;

/** What a worker needs. */
export interface QueueWorkerOptions {
  readonly engine: Engine;
  readonly work: InboxWork;
  readonly access: QueueAccess;
}

/** BullMQ's worker, with claims and verdicts as the core wants them. */
export class QueueWorker implements InboxWorker {
  readonly #options: QueueWorkerOptions;
  readonly #claims = new Set<Claim>();
  readonly #running = new Set<Promise<unknown>>();
  /** Aborts when nothing more shall be claimed. */
  readonly #stop = new AbortController();
  readonly #timers: NodeJS.Timeout[] = [];
  readonly #trouble: TroubleTeller;
  readonly #strays: StrayClaims;
  #worker: InboxBullmqWorker | undefined;
  #opening: Promise<void> = Promise.resolve();
  #stopped: Promise<void> | undefined;
  #skewed = false;
  /** Whether strays are being looked for: the store may take its time. */
  #looking = false;

  constructor(options: QueueWorkerOptions) {
    this.#options = options;
    this.#trouble = new TroubleTeller(options.engine, (error) => options.work.onTrouble(error));
    this.#strays = new StrayClaims(options.engine);
  }

  start(): void {
    this.#opening = this.#open();
    const third = Math.ceil(this.#options.work.lease / 3);
    this.#every(third, () => this.#renew());
    this.#every(third, () => this.#giveStraysBack());
    this.#every(this.#options.engine.tidyInterval, () => this.#keepUp());
  }

  stop({ deadline }: { readonly deadline: number }): Promise<void> {
    this.#stopped ??= this.#end(deadline);
    return this.#stopped;
  }

  async #open(): Promise<void> {
    const { engine, work, access } = this.#options;
    while (!this.#stop.signal.aborted) {
      try {
        await access.step(async () => {});
        await checkClock(engine, work.lease);
        const worker = await engine.openWorker((job, lock) => this.#process(job, lock ?? ''), {
          concurrency: work.concurrency,
          lockDuration: work.lease,
          stalledInterval: Math.min(Math.ceil(work.lease / 3), engine.stalledInterval),
          maxStalledCount: never,
          // BullMQ knows the lock of a job by its id, and forgets it when an earlier run of the same job ends.
          skipLockRenewal: true,
          runRetryDelay: retryDelay,
        });
        worker.on('error', (error) => this.#trouble.tell(error));
        this.#worker = worker;
        if (this.#stop.signal.aborted) return;
        worker.run().catch((error) => this.#trouble.tell(error));
        return;
      } catch (error) {
        this.#trouble.tell(error);
        await sleep(retryDelay, undefined, { signal: this.#stop.signal }).catch(() => {});
      }
    }
  }

  #process(job: Job<JobData>, lock: string): Promise<never> {
    const running = this.#work(job, lock);
    this.#running.add(running);
    running.catch(() => {}).finally(() => this.#running.delete(running));
    return running;
  }

  /** Every end of it is an error of BullMQ's that says: the job has been moved already. */
  async #work(job: Job<JobData>, lock: string): Promise<never> {
    const { engine, work } = this.#options;
    const data = readJobData(job.data);
    if (data === undefined) {
      throw new UnrecoverableError('unreadable: this job was not added by @fic-webhooks/bullmq.');
    }
    const claim = new Claim({
      job,
      data,
      lock,
      lease: work.lease,
      save: (changed) => this.#step(() => engine.saveData(String(job.id), { token: lock }, changed)),
    });
    // The answer of the store may have taken longer than the lease, or so long that the job was given back as a stray. It may be
    // somebody else's by now.
    const isLate = this.#strays.take(claim) || claim.over;
    if (isLate || this.#stop.signal.aborted) {
      claim.giveBack();
      await this.#giveBack(claim);
      throw new DelayedError();
    }
    this.#claims.add(claim);
    try {
      const verdict = await Promise.race([work.process(claim.item), claim.released]);
      if (verdict !== undefined) await this.#settle(claim, verdict);
    } catch (error) {
      // The core never rejects. If it does, nobody works on the job any more: it is a stray.
      this.#trouble.tell(error);
    } finally {
      claim.end();
      this.#claims.delete(claim);
    }
    throw new DelayedError();
  }

  /** Stores a verdict, for as long as the claim holds: what has been done shall not be done again. */
  async #settle(claim: Claim, verdict: Verdict): Promise<void> {
    const { engine } = this.#options;
    let sent = false;
    while (!claim.over) {
      try {
        if (verdict.kind === 'bury' && verdict.reason === 'crash-loop') await claim.settleCrashes();
        await this.#step((backend) => storeVerdict(backend, claim, verdict, engine));
        return;
      } catch (error) {
        if (isLockLost(error)) {
          // After a try whose end is not known it was this process that let the lock go.
          if (!sent) this.#trouble.tell(error);
          return;
        }
        sent = true;
        this.#trouble.tell(error);
      }
      await Promise.race([sleep(retryDelay), claim.released]);
    }
  }

  async #renew(): Promise<void> {
    const claims = [...this.#claims].filter(({ over }) => !over);
    const size = Math.min(claims.length, this.#options.engine.renewedAtOnce);
    const groups: Promise<void>[] = [];
    for (let from = 0; from < claims.length; from += size) {
      groups.push(this.#renewTogether(claims.slice(from, from + size)));
    }
    await Promise.all(groups);
  }

  async #renewTogether(claims: readonly Claim[]): Promise<void> {
    const { lease } = this.#options.work;
    const ids = claims.map(({ id }) => id);
    const locks = claims.map(({ lock }) => lock);
    const now = Date.now();
    try {
      const lost = await this.#step((backend) => backend.extendLocks(ids, locks, lease));
      for (const claim of claims) {
        if (lost.includes(claim.id)) claim.lose();
        else claim.renewedAt(now);
      }
    } catch (error) {
      this.#trouble.tell(error);
    }
  }

  async #keepUp(): Promise<void> {
    const { engine, work } = this.#options;
    try {
      await checkClock(engine, work.lease);
      if (this.#skewed) await this.#worker?.resume();
      this.#skewed = false;
      await engine.tidy();
    } catch (error) {
      this.#trouble.tell(error);
      if (!isSkew(error) || this.#skewed) return;
      this.#skewed = true;
      await this.#worker?.pause(true);
    }
  }

  async #end(deadline: number): Promise<void> {
    this.#stop.abort();
    const worker = this.#worker;
    worker?.pause(true).catch(() => {});
    const late = new AbortController();
    await Promise.race([
      Promise.allSettled(this.#running),
      sleep(deadline, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    await Promise.all(
      [...this.#claims].map(async (claim) => {
        const { over } = claim;
        claim.giveBack();
        if (!over) await this.#giveBack(claim);
      }),
    );
    for (const timer of this.#timers) clearInterval(timer);
    const closing = (async () => {
      await this.#opening;
      await this.#worker?.close();
    })();
    await within(closing, closeWithin, () => new Error('late')).catch(() => {
      this.#worker?.disconnect().catch(() => {});
    });
  }

  async #giveStraysBack(): Promise<void> {
    const workerId = this.#worker?.id;
    if (workerId === undefined || this.#looking || this.#stop.signal.aborted) return;
    this.#looking = true;
    try {
      const strays = await this.#step(() => this.#strays.find(workerId, (id) => this.#worksOn(id)));
      await Promise.all(strays.map((stray) => this.#giveBack(stray)));
    } catch (error) {
      if (!this.#stop.signal.aborted) this.#trouble.tell(error);
    } finally {
      this.#looking = false;
    }
  }

  #worksOn(id: string): boolean {
    for (const claim of this.#claims) if (claim.id === id) return true;
    return false;
  }

  /** Lets the next worker have it at once. Counts as nothing: neither an outcome nor a crash. */
  async #giveBack(job: ActiveJob): Promise<void> {
    try {
      await this.#step((backend) => this.#options.engine.giveBack(backend, job));
    } catch (error) {
      if (!isLockLost(error)) this.#trouble.tell(error);
    }
  }

  readonly #step: Step = (run) => this.#options.access.uncheckedStep(run);

  #every(milliseconds: number, run: () => Promise<void>): void {
    this.#timers.push(setInterval(() => void run(), Math.max(1, milliseconds)));
  }
}
