import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { ClaimResult } from '@fic-webhooks/core';
import { onTestFinished } from 'vitest';

/** What came of one claim, and when, by the clock of the machine in milliseconds. */
export type TimedClaim = ClaimResult & { readonly sentAt: number; readonly answeredAt: number };

/** A store for several processes: a module that exports `openStore`, and what it is given. */
export interface SharedStore {
  readonly module: URL;
  readonly options: Readonly<Record<string, unknown>>;
}

/** What a claimer can be told. */
export interface Orders {
  claim: { keys: readonly string[]; lease: number };
  succeed: { keys: readonly string[]; lease: number; until: number };
  extend: { tokens: Readonly<Record<string, string>>; lease: number };
  complete: { tokens: Readonly<Record<string, string>>; retention: number };
  release: { tokens: Readonly<Record<string, string>> };
}

/** What it answers, by key. */
export interface Answers {
  claim: Readonly<Record<string, TimedClaim>>;
  succeed: Readonly<Record<string, TimedClaim>>;
  extend: Readonly<Record<string, boolean>>;
  complete: Readonly<Record<string, boolean>>;
  release: Readonly<Record<string, boolean>>;
}

/** A process with a store of its own. */
export class Claimer {
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #lastId = 0;

  private constructor({ module, options }: SharedStore) {
    const file = fileURLToPath(new URL('./processes/claimer.js', import.meta.url));
    this.#child = fork(file, [module.href, JSON.stringify(options)]);
    this.#child.on('message', (message) => {
      const { id, result, error } = message as { id: number; result?: unknown; error?: string };
      const waiting = this.#waiting.get(id);
      if (error === undefined) waiting?.resolve(result);
      else waiting?.reject(new Error(error));
    });
    this.#child.on('exit', (code, signal) => {
      for (const { reject } of this.#waiting.values()) reject(new Error(`It ended with ${code ?? signal}.`));
    });
  }

  /** Starts a process, until the end of the test. */
  static async start(store: SharedStore): Promise<Claimer> {
    const claimer = new Claimer(store);
    onTestFinished(() => claimer.kill());
    await claimer.#expect(0);
    return claimer;
  }

  async tell<Order extends keyof Orders>(order: Order, details: Orders[Order]): Promise<Answers[Order]> {
    const id = ++this.#lastId;
    const answer = this.#expect(id);
    this.#child.send({ id, order, ...details });
    return (await answer) as Answers[Order];
  }

  signal(signal: 'SIGSTOP' | 'SIGCONT'): void {
    this.#child.kill(signal);
  }

  /** `kill -9`, and waits until it is gone. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await gone;
  }

  #expect(id: number): Promise<unknown> {
    const waiting = withResolvers();
    this.#waiting.set(id, waiting);
    return waiting.promise.finally(() => this.#waiting.delete(id));
  }
}

interface PromiseWithResolvers<T> {
  readonly promise: Promise<T>;
  resolve(value: T): void;
  reject(error: Error): void;
}

// Promise.withResolvers needs Node.js 22.
function withResolvers(): PromiseWithResolvers<unknown> {
  let resolve: (value: unknown) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<unknown>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}
