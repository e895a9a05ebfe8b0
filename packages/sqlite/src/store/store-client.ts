import { Worker } from 'node:worker_threads';
import { FicWebhooksError } from '@fic-webhooks/core';
import { locateThread } from './locate-thread.js';
import type {
  FromThread,
  OperationArgument,
  OperationName,
  OperationResult,
  StoreFailure,
  StoreRequest,
  ThreadSettings,
  ToThread,
} from './store-operations.js';

/** Milliseconds after which a thread that does not answer is taken to hang, on a disk that stands still for example. */
const answerWithin = 5_000;
/** Milliseconds between two looks at the oldest request. */
const lookEvery = 500;
/** Requests that were given up and have no answer yet, at most: they wait in the memory of a thread that hangs. */
const mostGivenUp = 1_000;
/** Milliseconds after which a file that was refused is opened anew: a person may have mended it. */
const secondLook = 5_000;
/** Milliseconds that a thread may take to close its connection. */
const closeWithin = 5_000;

/** Requests in one message to the thread. */
const mostPerMessage = 16;

interface Pending {
  readonly request: StoreRequest;
  /** How many looks there had been when it was asked for. */
  readonly since: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
  /** Of one that is not given up. */
  readonly onOverdue?: ((error: FicWebhooksError) => void) | undefined;
}

/** The application's end of the line to a thread, which is started when it is needed. */
export class StoreClient {
  readonly #settings: Omit<ThreadSettings, 'suspect' | 'refused'>;
  readonly #pending = new Map<number, Pending>();
  /** What is still in the thread's hands, although nobody waits for it any more. */
  readonly #givenUp = new Set<number>();
  #thread: Worker | undefined;
  #suspect = false;
  #lastId = 0;
  #outbox: StoreRequest[] = [];
  #watch: NodeJS.Timeout | undefined;
  #looks = 0;
  #closing: Promise<void> | undefined;
  #final: FicWebhooksError | undefined;
  /** Until when nothing is tried after that, by `performance.now()`. */
  #nextLook = Number.POSITIVE_INFINITY;

  constructor(settings: Omit<ThreadSettings, 'suspect' | 'refused'>) {
    this.#settings = settings;
  }

  /** What only a person can mend, from when it has been met until it has been found to be mended. */
  get final(): FicWebhooksError | undefined {
    return this.#final;
  }

  /** @throws FicWebhooksError what the thread failed with, `inbox-unreachable` when it does not answer, `inbox-closed`. */
  request<Name extends OperationName>(
    name: Name,
    ...[argument]: undefined extends OperationArgument<Name> ? [] : [OperationArgument<Name>]
  ): Promise<OperationResult<Name>> {
    return this.#ask(name, argument);
  }

  /**
   * Asks for what somebody has to end: were it given up, the thread would still do it, and nobody would know. So its
   * answer comes whenever it comes.
   *
   * @param onOverdue - Called again and again while an answer should have come.
   * @throws FicWebhooksError as `request`, except that it waits for a thread that does not answer.
   */
  insist<Name extends OperationName>(
    name: Name,
    argument: OperationArgument<Name>,
    onOverdue: (error: FicWebhooksError) => void,
  ): Promise<OperationResult<Name>> {
    return this.#ask(name, argument, onOverdue);
  }

  #ask<Name extends OperationName>(
    name: Name,
    argument: unknown,
    onOverdue?: (error: FicWebhooksError) => void,
  ): Promise<OperationResult<Name>> {
    const refusal = this.#closing === undefined ? this.#refusal : closed(this.#settings.file);
    if (refusal !== undefined) return Promise.reject(refusal);
    if (this.#givenUp.size >= mostGivenUp) {
      return Promise.reject(hangs(this.#settings.file, ', and is asked for nothing more until it does'));
    }
    return new Promise((resolve, reject) => {
      const request = { id: ++this.#lastId, name, argument };
      this.#pending.set(request.id, {
        request,
        since: this.#looks,
        resolve: resolve as (result: unknown) => void,
        reject,
        onOverdue,
      });
      // What is asked for in one turn of the event loop leaves together, and while there is more to come the thread begins.
      const waiting = this.#outbox.push(request);
      if (waiting === 1) setImmediate(() => this.#send());
      else if (waiting === mostPerMessage) this.#send();
      if (this.#pending.size === 1) this.#attend();
    });
  }

  /** Ends a pause. */
  resume(): void {
    this.#thread?.postMessage({ kind: 'resume' } satisfies ToThread);
  }

  #send(): void {
    if (this.#outbox.length === 0) return;
    const requests = this.#outbox;
    this.#outbox = [];
    try {
      this.#thread ??= this.#start();
      this.#thread.postMessage({ kind: 'requests', requests } satisfies ToThread);
    } catch (error) {
      // Its file was not found.
      if (error instanceof FicWebhooksError) this.#final = error;
      for (const { id } of requests) this.#take(id)?.reject(error);
    }
  }

  #start(): Worker {
    const workerData: ThreadSettings = {
      ...this.#settings,
      suspect: this.#suspect,
      refused: this.#final !== undefined && this.#final.code !== 'inbox-not-durable',
    };
    // Flags of the application, a loader for instance, are none of the thread's business.
    const thread = new Worker(locateThread(), { workerData, execArgv: [], name: 'fic-webhooks-sqlite' });
    let crash: unknown;
    thread.on('message', (message: FromThread) => this.#receive(message));
    thread.on('error', (error) => {
      crash = error;
    });
    thread.on('exit', () => {
      if (this.#thread === thread) this.#afterExit(crash);
    });
    if (this.#pending.size === 0) thread.unref();
    return thread;
  }

  #receive({ results, failures }: FromThread): void {
    // The file has been opened. What comes after a refusal is never a result.
    if (results.length > 0) this.#final = undefined;
    for (const [id, failure] of failures) {
      // Also where nobody waits for it any more: it may be final.
      const error = this.#toError(failure);
      this.#take(id)?.reject(error);
    }
    for (const [id, result] of results) this.#take(id)?.resolve(result);
  }

  #take(id: number): Pending | undefined {
    this.#givenUp.delete(id);
    const pending = this.#pending.get(id);
    if (pending === undefined || !this.#pending.delete(id)) return undefined;
    if (this.#pending.size === 0) this.#rest();
    return pending;
  }

  #toError(failure: StoreFailure): FicWebhooksError {
    const { code, message, detail, final } = failure;
    const error = new FicWebhooksError(
      code,
      message,
      detail === undefined ? {} : { cause: new Error(detail) },
    );
    if (final) {
      this.#final = error;
      this.#nextLook = performance.now() + secondLook;
    }
    return error;
  }

  /** What only a person can mend, and nobody can have mended yet. */
  get #refusal(): FicWebhooksError | undefined {
    return performance.now() < this.#nextLook ? this.#final : undefined;
  }

  /** While something is asked for, the thread keeps the process alive, and is looked after. */
  #attend(): void {
    this.#thread?.ref();
    // After what has arrived: timers come first when the event loop has stood still.
    this.#watch = setInterval(() => setImmediate(() => this.#look()), lookEvery);
    this.#watch.unref();
  }

  #rest(): void {
    clearInterval(this.#watch);
    if (this.#closing === undefined) this.#thread?.unref();
  }

  /** Counts looks, not time: while the event loop stands still nothing can be sent or arrive. */
  #look(): void {
    const { file } = this.#settings;
    const oldest = ++this.#looks - answerWithin / lookEvery;
    for (const [id, { since, reject, onOverdue }] of this.#pending) {
      if (since >= oldest) return;
      if (onOverdue !== undefined) {
        onOverdue(hangs(file, ', and is waited for'));
        continue;
      }
      this.#take(id);
      this.#givenUp.add(id);
      reject(hangs(file, ', and nobody knows whether the change was made'));
    }
  }

  /** A thread ends by itself after a fault of the disk. The next one goes on with what has not been answered. */
  #afterExit(crash: unknown): void {
    this.#thread = undefined;
    this.#suspect = true;
    // What it had not answered, it will not do any more.
    this.#givenUp.clear();
    if (isNotLoaded(crash)) {
      this.#final = notLoaded(crash);
      this.#nextLook = Number.POSITIVE_INFINITY;
    }
    const left = [...this.#pending.values()];
    const end = this.#endAfter(crash);
    if (end !== undefined) {
      this.#outbox = [];
      for (const { request, reject } of left) {
        this.#take(request.id);
        reject(end);
      }
      return;
    }
    // Also what waits in the outbox, in the order of old.
    this.#outbox = [];
    this.#outbox.push(...left.map(({ request }) => request));
    this.#send();
  }

  /** What is left is rejected with, unless another thread goes on with it. */
  #endAfter(crash: unknown): FicWebhooksError | undefined {
    const { file } = this.#settings;
    if (crash !== undefined) return this.#refusal ?? crashed(file, crash);
    return this.#closing === undefined ? this.#refusal : closed(file);
  }

  /** Closes the connection and ends the thread. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#end();
    return this.#closing;
  }

  async #end(): Promise<void> {
    this.#send();
    const thread = this.#thread;
    if (thread === undefined) return;
    thread.ref();
    const ended = new Promise((resolve) => thread.once('exit', resolve));
    thread.postMessage({ kind: 'close' } satisfies ToThread);
    const timer = setTimeout(() => void thread.terminate(), closeWithin);
    await ended;
    clearTimeout(timer);
  }
}

function closed(file: string): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-closed',
    `The inbox on ${file} has been closed. Make a new one to go on.`,
  );
}

function hangs(file: string, consequence: string): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-unreachable',
    `${file} gave no answer within ${answerWithin} ms${consequence}. Probably its disk stands still or is very slow.`,
  );
}

/** The driver, or its binary for this platform, is not there, or does not fit. */
function isNotLoaded(crash: unknown): crash is Error {
  const { code } = (crash ?? {}) as { code?: unknown };
  return code === 'MODULE_NOT_FOUND' || code === 'ERR_MODULE_NOT_FOUND' || code === 'ERR_DLOPEN_FAILED';
}

function notLoaded(cause: Error): FicWebhooksError {
  const [said] = cause.message.split('\n');
  return new FicWebhooksError(
    'module-missing',
    `The package libsql could not be loaded: ${said}. Its binary is an optional package of its own for each platform: install on the platform that it runs on, and without --omit=optional.`,
    { cause },
  );
}

function crashed(file: string, cause: unknown): FicWebhooksError {
  return new FicWebhooksError(
    'inbox-unreachable',
    `The thread that writes to ${file} ended by accident: ${cause instanceof Error ? cause.message : String(cause)}. Another one is started.`,
    { cause },
  );
}
