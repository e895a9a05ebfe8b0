import { type MessagePort, receiveMessageOnPort } from 'node:worker_threads';
import { describeFailure } from '../database/store-error.js';
import type { FromThread, StoreFailure, StoreRequest, ToThread } from '../store/store-operations.js';

/** A request with the time of its arrival, by `performance.now()`. */
export interface Arrived extends StoreRequest {
  readonly since: number;
}

/** The thread's end of the line. Answers are gathered, and leave in one message. */
export class ThreadPort {
  readonly #port: MessagePort;
  readonly #file: string;
  readonly #take: (message: ToThread) => void;
  #results: (readonly [number, unknown])[] = [];
  #failures: (readonly [number, StoreFailure])[] = [];

  /**
   * @param take - Called with each message.
   * @param wake - Called when there have been messages.
   */
  constructor(
    port: MessagePort,
    { file, take, wake }: { file: string; take: (message: ToThread) => void; wake: () => void },
  ) {
    this.#port = port;
    this.#file = file;
    this.#take = take;
    port.on('message', (message: ToThread) => {
      take(message);
      // Whatever came while a commit went on belongs into one group.
      this.drain();
      wake();
    });
  }

  /** Takes what has arrived, without waiting for the event loop. */
  drain(): void {
    for (;;) {
      const next = receiveMessageOnPort(this.#port) as { message: ToThread } | undefined;
      if (next === undefined) return;
      this.#take(next.message);
    }
  }

  answer(id: number, result: unknown): void {
    this.#results.push([id, result]);
  }

  fail(id: number, error: unknown): void {
    this.#failures.push([id, describeFailure(error, this.#file)]);
  }

  /** Sends what has been answered. */
  flush(): void {
    if (this.#results.length + this.#failures.length === 0) return;
    const message: FromThread = { results: this.#results, failures: this.#failures };
    this.#results = [];
    this.#failures = [];
    this.#port.postMessage(message);
  }

  close(): void {
    this.#port.close();
  }
}
