import { FicWebhooksError, type FicWebhooksErrorCode } from '../errors/fic-webhooks-error.js';
import { messageOf, type Reporter } from '../receiver/reporter.js';
import type { Inbox, InboxHealth, InboxWorker } from './inbox.js';
import type { ItemWorker } from './item-worker.js';
import { within } from './within.js';
import type { ResolvedWorkerOptions } from './worker-options.js';

/** Milliseconds after which the figures of a store that hangs are given up. */
const figuresWithin = 2_000;
/** Milliseconds between two looks at the age of what is stored. */
const lookEvery = 60_000;
/** Milliseconds after which a worker that could not be started is tried again. */
const startAgainAfter = 60_000;
/** Milliseconds that a stored event may wait for a worker before somebody is told. */
const staleAfter = 5 * 60_000;

/** What does not mend itself: no event is stored until a person does something, or another process takes over. */
const refusals: ReadonlySet<string> = new Set<FicWebhooksErrorCode>([
  'inbox-not-durable',
  'inbox-corrupt',
  'inbox-schema-newer',
  'option-invalid',
  'module-missing',
  // By another receiver that had it as well, or by the application.
  'inbox-closed',
]);

/**
 * `starting`: a handler has been registered, or `work` called, and the store is being checked. `running`: the worker has
 * been started, and not been stopped. It does not say that its store can be reached: what the worker meets there is the
 * alert `worker-trouble`. `stopped`: this process does not work through the inbox, or not any more, or its worker could
 * not be started.
 */
export type WorkerState = 'stopped' | 'starting' | 'running';

/** How the inbox of a receiver is doing, or why that cannot be said. */
export type ReceiverInboxHealth =
  | (InboxHealth & { readonly worker: WorkerState })
  | {
      readonly worker: WorkerState;
      readonly error: FicWebhooksErrorCode | 'unknown';
      /** What happened, the likely cause and the cure. */
      readonly message: string;
    };

/** What the life of an inbox depends on. */
export interface InboxRuntimeOptions {
  readonly inbox: Inbox;
  readonly reporter: Reporter;
  readonly worker: ResolvedWorkerOptions;
  /** False where another process works. */
  readonly startsByItself: boolean;
  readonly items: ItemWorker;
}

/** An inbox from the first request to its end: its check, its worker, and a look at its age once in a while. */
export class InboxRuntime {
  readonly #options: InboxRuntimeOptions;
  #checked: Promise<void> | undefined;
  /** What was heard last. A store that has been refused is good again when it gives figures, and not when it is away. */
  #store: 'unknown' | 'passed' | 'refused' = 'unknown';
  #working: Promise<void> | undefined;
  #worker: InboxWorker | undefined;
  #state: WorkerState = 'stopped';
  #closed = false;
  #scheduled = false;
  /** Looks in a row whose figures could not be had. */
  #failedLooks = 0;
  #looking: ReturnType<typeof setInterval> | undefined;

  constructor(options: InboxRuntimeOptions) {
    this.#options = options;
  }

  /** True when the store has passed its check, which one that cannot be reached does, too, and was not refused since. */
  get isReady(): boolean {
    return this.#store === 'passed';
  }

  /** Checks the store, unless it has passed. Rejects with what only a person can mend. */
  ready(): Promise<void> {
    this.#checked ??= this.#check();
    // Whoever asks is told; that nobody asked is no reason to end the process.
    this.#checked.catch(() => {});
    return this.#checked;
  }

  async #check(): Promise<void> {
    try {
      await this.#options.inbox.ready();
      if (this.#store === 'unknown') this.#store = 'passed';
    } catch (error) {
      this.#refuse();
      throw error;
    }
  }

  #refuse(): void {
    this.#store = 'refused';
    // A person may mend it while the process runs, such as a setting of Redis.
    this.#checked = undefined;
  }

  /** A handler has been registered: the worker starts once the others of this turn are there, too. */
  expectHandlers(): void {
    if (this.#scheduled || !this.#options.startsByItself) return;
    this.#scheduled = true;
    try {
      setTimeout(() => this.#startByItself(), 0);
      if (this.#working === undefined && !this.#closed) this.#state = 'starting';
    } catch {
      // Workers allow no timers where a receiver is made: the first request starts the worker then.
      // https://developers.cloudflare.com/workers/runtime-apis/handlers/
      this.#scheduled = false;
    }
  }

  /** Called with every notification. */
  touch(hasHandlers: boolean): void {
    if (this.#looking === undefined) this.#look();
    if (hasHandlers && !this.#scheduled) this.expectHandlers();
  }

  #startByItself(): void {
    if (this.#closed) return;
    this.work().catch((error: unknown) => {
      // Closed before it was up: nothing is wrong.
      if (this.#closed) return;
      this.#options.reporter.notice('worker-failed', messageOf(error));
      // Events may be stored by then, and nobody is there who would call work().
      const again = setTimeout(() => this.#startByItself(), startAgainAfter);
      (again as { unref?: () => void }).unref?.();
    });
  }

  /** Starts to work through the inbox. Resolves once it has; rejects when the store is refused, and may be tried again. */
  async work(): Promise<void> {
    this.#refuseClosed();
    this.#working ??= this.#start();
    await this.#working;
  }

  async #start(): Promise<void> {
    const { inbox, items, worker, reporter } = this.#options;
    this.#state = 'starting';
    try {
      await this.ready();
      this.#refuseClosed();
      this.#worker = inbox.work({
        concurrency: worker.concurrency,
        lease: worker.lease,
        process: (item) => items.process(item),
        onTrouble: (error) => reporter.notice('worker-trouble', messageOf(error)),
      });
      this.#state = 'running';
      this.#look();
    } catch (error) {
      this.#state = 'stopped';
      this.#working = undefined;
      throw error;
    }
  }

  #refuseClosed(): void {
    if (!this.#closed) return;
    throw new FicWebhooksError(
      'inbox-closed',
      'The receiver has been closed, and its inbox with it. Make a new receiver to go on.',
    );
  }

  /** How the inbox is doing. In bounded time, and never rejects. */
  async health(): Promise<ReceiverInboxHealth> {
    const { inbox } = this.#options;
    try {
      const figures = await within(figuresWithin, async () => {
        await this.ready();
        return inbox.health();
      });
      this.#store = 'passed';
      return { ...figures, worker: this.#state };
    } catch (error) {
      const code = error instanceof FicWebhooksError ? error.code : 'unknown';
      // One that was away at its check may come up with settings that lose what is stored.
      if (refusals.has(code)) this.#refuse();
      return { error: code, message: messageOf(error), worker: this.#state };
    }
  }

  /** Looks at the age of what is stored once in a while. The timer keeps no process alive. */
  #look(): void {
    if (this.#looking !== undefined || this.#closed) return;
    this.#looking = setInterval(() => void this.#lookOnce(), lookEvery);
    (this.#looking as { unref?: () => void }).unref?.();
  }

  async #lookOnce(): Promise<void> {
    const health = await this.health();
    if ('error' in health) {
      // A store that cannot be reached is told of by those who want something of it, unless it only fails to count.
      this.#failedLooks++;
      if (this.#failedLooks !== staleAfter / lookEvery) return;
      this.#options.reporter.notice(
        'inbox-stale',
        `How long events have waited could not be found out ${this.#failedLooks} times in a row: ${health.message}`,
      );
      return;
    }
    this.#failedLooks = 0;
    if (health.oldestDue <= staleAfter) return;
    const minutes = Math.floor(health.oldestDue / 60_000);
    this.#options.reporter.notice(
      'inbox-stale',
      `${health.waiting} wait, one of them since ${minutes} minutes; the worker of this process: ${health.worker}.`,
    );
  }

  /** Stops the worker, within so many milliseconds. Never rejects. */
  async stop(deadline: number): Promise<void> {
    this.#closed = true;
    clearInterval(this.#looking);
    try {
      await this.#worker?.stop({ deadline });
    } catch (error) {
      // By contract it does not. The store is to be let go of all the same.
      this.#options.reporter.notice('worker-trouble', messageOf(error));
    }
    this.#state = 'stopped';
  }

  /** Lets go of the store. */
  close(): Promise<void> {
    return this.#options.inbox.close();
  }
}
