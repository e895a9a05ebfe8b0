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
/** Milliseconds after which a file that was refused is opened anew: a person may have mended it. */
const secondLook = 5_000;
/** Milliseconds that a thread may take to close its connection. */
const closeWithin = 5_000;

interface Pending {
  readonly request: StoreRequest;
  readonly since: number;
  resolve(result: unknown): void;
  reject(error: unknown): void;
}

/** The application's end of the line to a thread, which is started when it is needed. */
export class StoreClient {
  readonly #settings: Omit<ThreadSettings, 'suspect' | 'refused'>;
  readonly #pending = new Map<number, Pending>();
  #thread: Worker | undefined;
  #suspect = false;
  #lastId = 0;
  #outbox: StoreRequest[] = [];
  #watch: NodeJS.Timeout | undefined;
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
    const refusal = this.#closing === undefined ? this.#refusal : closed(this.#settings.file);
    if (refusal !== undefined) return Promise.reject(refusal);
    return new Promise((resolve, reject) => {
      const request = { id: ++this.#lastId, name, argument };
      this.#pending.set(request.id, {
        request,
        since: performance.now(),
        resolve: resolve as (result: unknown) => void,
        reject,
      });
      // What is asked for in one turn of the event loop leaves in one message.
      if (this.#outbox.push(request) === 1) setImmediate(() => this.#send());
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
    this.#watch = setInterval(() => this.#look(), lookEvery);
    this.#watch.unref();
  }

  #rest(): void {
    clearInterval(this.#watch);
    if (this.#closing === undefined) this.#thread?.unref();
  }

  #look(): void {
    const oldest = performance.now() - answerWithin;
    for (const [id, { since, reject }] of this.#pending) {
      if (since > oldest) return;
      this.#take(id);
      reject(
        new FicWebhooksError(
          'inbox-unreachable',
          `${this.#settings.file} gave no answer within ${answerWithin} ms, and nobody knows whether the change was made. Probably its disk stands still or is very slow.`,
        ),
      );
    }
  }

  /** A thread ends by itself after a fault of the disk. The next one goes on with what has not been answered. */
  #afterExit(crash: unknown): void {
    this.#thread = undefined;
    this.#suspect = true;
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
