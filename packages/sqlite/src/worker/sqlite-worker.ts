import { setTimeout as sleep } from 'node:timers/promises';
import {
  FicWebhooksError,
  type InboxItem,
  type InboxWork,
  type InboxWorker,
  type Verdict,
} from '@fic-webhooks/core';
import { readHandled, readPayload } from '../store/read-columns.js';
import type { StoreClient } from '../store/store-client.js';
import type { ClaimedRow } from '../store/store-operations.js';
import { storeClock } from './store-clock.js';

/** Milliseconds after which something that failed is tried again. */
const retryEvery = 500;
/** Milliseconds that the end of a worker waits for its releases beyond the deadline. */
const releaseWithin = 1_000;

/** What a worker needs of its inbox. */
export interface SqliteWorkerOptions {
  readonly client: StoreClient;
  readonly work: InboxWork;
  readonly pollInterval: number;
  /** Called with the number of items that have been claimed. */
  readonly onClaim: (items: number) => void;
  /** Called when the worker has ended. */
  readonly onEnd: () => void;
}

/** One item that is being processed. */
interface Run {
  readonly row: ClaimedRow;
  readonly controller: AbortController;
  /** Until when the claim stands at least, by the clock of the store, which is on this machine. */
  until: number;
  /** Its verdict, or a release, is what counts from here on. */
  ended: boolean;
  readonly finished: Promise<void>;
}

/** Claims items of the file and has them processed. */
export class SqliteWorker implements InboxWorker {
  readonly #options: SqliteWorkerOptions;
  readonly #runs = new Set<Run>();
  readonly #renewal: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;
  #claiming: Promise<void> | undefined;
  #again = false;
  #stopping: Promise<void> | undefined;
  readonly #stopped = new AbortController();
  /** Verdicts that could not be stored so far. Nothing is claimed while there are any: its outcome could not be stored either. */
  #unstored = 0;
  /** Told once per trouble, not once per attempt. */
  #inTrouble = false;

  constructor(options: SqliteWorkerOptions) {
    this.#options = options;
    const { lease } = options.work;
    this.#renewal = setInterval(() => void this.#renew(), Math.max(1, lease / 3));
    this.wake();
  }

  /** Looks for items now. */
  readonly wake = (): void => {
    clearTimeout(this.#timer);
    this.#again = true;
    this.#claiming ??= this.#claim();
  };

  async #claim(): Promise<void> {
    let wait = 0;
    while (this.#again) {
      this.#again = false;
      wait = await this.#claimOnce();
    }
    this.#claiming = undefined;
    if (wait === Number.POSITIVE_INFINITY || this.#stopping !== undefined) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(this.wake, wait);
  }

  /** Gives the milliseconds to wait before the next look; infinity when the end of a run wakes the worker. */
  async #claimOnce(): Promise<number> {
    const { client, work, pollInterval } = this.#options;
    const count = work.concurrency - this.#runs.size;
    if (this.#stopping !== undefined || count <= 0) return Number.POSITIVE_INFINITY;
    if (this.#unstored > 0) return retryEvery;
    // After a standstill of the process: its own claims first, or it would take them from itself.
    if ([...this.#runs].some(({ until }) => this.#isShort(until))) await this.#renew();
    try {
      const until = storeClock() + work.lease;
      const order = { count, lease: work.lease, before: until - work.lease / 3 };
      const { rows, nextDue, isLate } = await client.insist('claim', order, (error) => this.#report(error));
      if (rows.length > 0) this.#options.onClaim(rows.length);
      if (this.#stopping !== undefined) {
        await this.#giveBack(rows);
        return Number.POSITIVE_INFINITY;
      }
      if (isLate || this.#isShort(until)) {
        if (isLate || rows.length > 0) this.#report(claimedLate(work.lease));
        await this.#giveBack(rows);
        return retryEvery;
      }
      this.#recover();
      for (const row of rows) this.#start(row, until);
      if (rows.length === count) return Number.POSITIVE_INFINITY;
      return Math.max(1, Math.min(nextDue ?? pollInterval, pollInterval));
    } catch (error) {
      if (isOver(error)) return Number.POSITIVE_INFINITY;
      this.#report(error);
      return retryEvery;
    }
  }

  #start(row: ClaimedRow, until: number): void {
    // An older run of the same item has lost its claim to this one.
    for (const run of this.#runs) if (run.row.key === row.key) lose(run);
    const controller = new AbortController();
    const { promise, resolve } = defer();
    const run: Run = { row, controller, until, ended: false, finished: promise };
    this.#runs.add(run);
    void this.#process(run).finally(() => {
      this.#runs.delete(run);
      resolve();
      if (this.#stopping === undefined) this.wake();
    });
  }

  async #process(run: Run): Promise<void> {
    let verdict: Verdict;
    try {
      verdict = await this.#options.work.process(this.#toItem(run));
    } catch (error) {
      // It says that it never rejects. If it does, the end of the lease gives the item to somebody else.
      this.#options.work.onTrouble(error);
      return;
    }
    if (!run.ended) await this.#settle(run, verdict);
  }

  #toItem({ row, controller }: Run): InboxItem {
    const { key, name, payload, receivedAt, attempts, crashes, handled, token } = row;
    return {
      key,
      name,
      payload: readPayload(payload),
      receivedAt,
      attempt: attempts + 1,
      crashes,
      handled: readHandled(handled),
      token,
      signal: controller.signal,
      markHandled: (handler) => this.#options.client.request('markHandled', { key, token, handler }),
    };
  }

  /** Goes on trying: an outcome that is lost would be an attempt that is made again, and look like a crash. */
  async #settle(run: Run, verdict: Verdict): Promise<void> {
    const { key, token } = run.row;
    let failed = false;
    while (!run.ended) {
      try {
        await this.#options.client.request('settle', { key, token, verdict });
        this.#recover();
        run.ended = true;
      } catch (error) {
        if (isOver(error)) return;
        this.#report(error);
        if (!failed) this.#unstored++;
        failed = true;
        await sleep(retryEvery, undefined, { signal: this.#stopped.signal }).catch(() => {});
      }
    }
    if (failed) this.#unstored--;
  }

  async #renew(): Promise<void> {
    const { client, work } = this.#options;
    const runs = [...this.#runs].filter(({ ended }) => !ended);
    if (runs.length === 0) return;
    const until = storeClock() + work.lease;
    try {
      const claims = runs.map(({ row: { key, token } }) => ({ key, token }));
      const lost = new Set(await client.request('renew', { claims, lease: work.lease }));
      for (const run of runs) {
        if (!lost.has(run.row.token)) run.until = until;
        else if (!run.ended) lose(run);
      }
    } catch (error) {
      if (!isOver(error)) this.#report(error);
      // Rather early than late: another process may work on the item from then on.
      for (const run of runs) if (this.#isShort(run.until)) lose(run);
    }
  }

  /**
   * Whether a claim may be over before its next renewal. By the clock of the store, which goes on while the machine sleeps;
   * `performance.now()` may not.
   */
  #isShort(until: number): boolean {
    return until <= storeClock() + this.#options.work.lease / 3;
  }

  #report(error: unknown): void {
    if (this.#inTrouble) return;
    this.#inTrouble = true;
    this.#options.work.onTrouble(error);
  }

  #recover(): void {
    this.#inTrouble = false;
  }

  stop({ deadline }: { readonly deadline: number }): Promise<void> {
    this.#stopping ??= this.#stop(deadline);
    return this.#stopping;
  }

  async #stop(deadline: number): Promise<void> {
    clearTimeout(this.#timer);
    const finished = Promise.all([...this.#runs].map((run) => run.finished));
    await Promise.race([finished, sleep(Math.max(0, deadline), undefined, { signal: this.#stopped.signal })]);
    this.#stopped.abort();
    clearInterval(this.#renewal);
    const late = new AbortController();
    // What is being claimed at this moment is given back, too: the inbox may be closed right after this.
    await Promise.race([
      Promise.all([this.#release([...this.#runs]), this.#claiming]),
      sleep(releaseWithin, undefined, { signal: late.signal }).catch(() => {}),
    ]);
    late.abort();
    this.#options.onEnd();
  }

  /** Ends runs, and gives their claims back. */
  async #release(runs: readonly Run[]): Promise<void> {
    const open = runs.filter(({ ended }) => !ended);
    for (const run of open) {
      run.ended = true;
      lose(run);
    }
    await this.#giveBack(open.map(({ row }) => row));
  }

  /** Gives claims back as if they had not been made. */
  async #giveBack(rows: readonly ClaimedRow[]): Promise<void> {
    if (rows.length === 0) return;
    const claims = rows.map(({ key, token, due }) => ({ key, token, due }));
    const until = performance.now() + releaseWithin;
    for (;;) {
      try {
        await this.#options.client.request('release', { claims });
        return;
      } catch (error) {
        if (isOver(error)) return;
        this.#report(error);
        if (this.#stopping !== undefined && performance.now() >= until) return;
        await sleep(50);
      }
    }
  }
}

/** True for what no further attempt can change. What only a person can mend may be mended while the worker goes on. */
function isOver(error: unknown): boolean {
  return error instanceof FicWebhooksError && error.code === 'inbox-closed';
}

function claimedLate(lease: number): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-unreachable',
    `A claim took more than two thirds of its lease of ${lease} ms, and nothing was begun by it. Probably the disk is slow, or this process stood still: raise worker.lease if it happens often.`,
  );
}

function lose(run: Run): void {
  run.controller.abort(new Error('The claim on the item was lost, or given back.'));
}

function defer(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
