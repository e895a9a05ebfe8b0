import { setTimeout as delay } from 'node:timers/promises';
import { EmulatorError } from '../emulator-error.js';
import type { Delivery } from '../model/delivery.js';
import type { Service } from '../service.js';
import { attemptDelivery } from './attempt-delivery.js';
import { settleAttempt } from './settle-attempt.js';
import { SinkClient } from './sink-client.js';

/** Deliveries under way to all sinks together. */
const maximumUnderWay = 256;

/** The longest span that a timer can hold. */
const maximumTimer = 2 ** 31 - 1;

/** Milliseconds after which a write that failed is tried again, on a full disk for example. */
const writePause = 1_000;

/** Deliveries after which the history is looked at, unless fewer are kept. */
const pruneEvery = 256;

/** How the engine runs. */
export interface EngineOptions {
  /** Deliveries kept in the history: the oldest that have ended are forgotten. */
  readonly keepDeliveries: number;
  /** Told of every failure to write, which is then tried again. */
  readonly onWriteFailed: (error: unknown) => void;
}

/**
 * Sends what is due. The queue lies in the state; the engine holds only what is under way.
 *
 * Every sink has a lane of its own with a few places, so that one that hangs holds up nobody else.
 */
export class DeliveryEngine {
  readonly #service: Service;
  readonly #options: EngineOptions;
  readonly #client: SinkClient;
  /** Per sink: how many are under way. */
  readonly #lanes = new Map<string, number>();
  /** Sinks to be looked at, the longest waiting first. */
  readonly #waiting = new Set<string>();
  /** By the id of the delivery. */
  readonly #running = new Map<number, Promise<void>>();
  #isPumpPlanned = false;
  #isStepping = false;
  #isClosed = false;
  #timer: NodeJS.Timeout | undefined;
  #timerAt = Number.POSITIVE_INFINITY;
  #steps: Promise<unknown> = Promise.resolve();
  #settledSincePrune = 0;

  constructor(service: Service, options: EngineOptions) {
    this.#service = service;
    this.#options = options;
    this.#client = new SinkClient(service.sinkRules);
  }

  /** Goes on with what an earlier run has left. */
  start(): void {
    for (const sink of this.#service.state.deliveries.waitingSinks()) this.wake(sink);
  }

  /** Something waits for a sink. It is looked at once the caller is done. */
  wake(sink: string): void {
    this.#waiting.add(sink);
    if (this.#isPumpPlanned || this.#isStepping || this.#isClosed) return;
    this.#isPumpPlanned = true;
    setImmediate(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  /** Resolves when nothing is under way and nothing is due any more. */
  async settled(): Promise<void> {
    while (!this.#isClosed) {
      await this.#steps;
      if (this.#running.size > 0) await Promise.allSettled(this.#running.values());
      else if (!this.#isSomethingDue()) return;
      else await delay(1);
    }
  }

  /**
   * Moves the clock, and makes everything happen that is due until then, one after another in order of time.
   *
   * @param by - Milliseconds.
   */
  advance(by: number): Promise<void> {
    const step = this.#steps.then(() => this.#step(by));
    // One that fails shall not stop the next.
    this.#steps = step.catch(() => {});
    return step;
  }

  /** Forgets what is queued: `forget` does it, once nothing is under way any more. */
  clear(forget: () => void): Promise<void> {
    const step = this.#steps.then(() => this.#exclusively(async () => forget()));
    this.#steps = step.catch(() => {});
    return step;
  }

  /** Stops. What is under way is broken off; it is sent again when the state is opened again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#clearTimer();
    this.#client.close();
    await Promise.allSettled(this.#running.values());
    await this.#steps;
  }

  async #step(by: number): Promise<void> {
    const { clock, state } = this.#service;
    await this.#exclusively(async () => {
      const target = clock.now() + by;
      for (;;) {
        const next = await this.#untilDone(() => state.deliveries.takeFirst(target));
        if (next === undefined) break;
        clock.moveTo(next.dueAt ?? target);
        await this.#run(next);
      }
      this.#throwIfClosed();
      clock.moveTo(target);
    });
    this.#service.changes.emit('clock');
  }

  /** Runs the work with a clock that stands and nothing under way. */
  async #exclusively(work: () => Promise<void>): Promise<void> {
    this.#throwIfClosed();
    const { clock } = this.#service;
    clock.stop();
    // Set for a time that comes sooner on a clock that is moved.
    this.#clearTimer();
    this.#isStepping = true;
    try {
      await Promise.allSettled(this.#running.values());
      await work();
    } finally {
      this.#isStepping = false;
      clock.start();
      if (!this.#isClosed) this.start();
    }
  }

  #throwIfClosed(): void {
    if (this.#isClosed) throw new EmulatorError('emulator-closed', 'The emulator was closed meanwhile.');
  }

  #isSomethingDue(): boolean {
    const { state, clock } = this.#service;
    return (state.deliveries.firstDueAt() ?? Number.POSITIVE_INFINITY) <= clock.now();
  }

  #pump(): void {
    if (this.#isStepping || this.#isClosed) return;
    for (const sink of this.#waiting) {
      if (this.#running.size >= maximumUnderWay) break;
      this.#waiting.delete(sink);
      this.#fill(sink);
    }
  }

  /** Starts what is due for a sink, as far as there are places. */
  #fill(sink: string): void {
    const laneFree = this.#service.behaviour.deliveriesAtOnce - (this.#lanes.get(sink) ?? 0);
    const free = Math.min(laneFree, maximumUnderWay - this.#running.size);
    const due = this.#take(sink, free);
    for (const delivery of due) void this.#run(delivery);
    if (due.length < free) this.#setTimer(sink);
    // It could go on if there were room for all: its turn comes again after all that wait now.
    else if (free < laneFree) this.#waiting.add(sink);
  }

  /** Takes what is due for a sink; nothing while it cannot be marked as taken, on a full disk. */
  #take(sink: string, limit: number): Delivery[] {
    if (limit <= 0) return [];
    const { state, clock } = this.#service;
    try {
      return state.deliveries.takeForSink(sink, clock.now(), limit);
    } catch (error) {
      this.#options.onWriteFailed(error);
      setTimeout(() => this.wake(sink), writePause).unref();
      return [];
    }
  }

  /** Wakes a lane when its next delivery is due. A clock that stands needs no timer. */
  #setTimer(sink: string): void {
    const { state, clock } = this.#service;
    if (clock.mode === 'manual') return;
    const earliest = state.deliveries.earliestForSink(sink);
    if (earliest === undefined || earliest >= this.#timerAt) return;
    this.#clearTimer();
    this.#timerAt = earliest;
    const wait = Math.min(Math.max(earliest - clock.now(), 1), maximumTimer);
    this.#timer = setTimeout(() => {
      this.#clearTimer();
      this.start();
    }, wait);
  }

  #clearTimer(): void {
    clearTimeout(this.#timer);
    this.#timerAt = Number.POSITIVE_INFINITY;
  }

  #run(delivery: Delivery): Promise<void> {
    const { sink } = delivery;
    this.#lanes.set(sink, (this.#lanes.get(sink) ?? 0) + 1);
    const run = this.#attempt(delivery).finally(() => {
      this.#running.delete(delivery.id);
      const left = (this.#lanes.get(sink) ?? 1) - 1;
      if (left === 0) this.#lanes.delete(sink);
      else this.#lanes.set(sink, left);
      // Once for all that end in this turn of the event loop.
      this.wake(sink);
    });
    this.#running.set(delivery.id, run);
    return run;
  }

  async #attempt(delivery: Delivery): Promise<void> {
    this.#service.changes.emit('delivery', delivery);
    const attempt = await this.#untilDone(() => attemptDelivery(this.#service, this.#client, delivery));
    // Broken off by us: it is still to be sent.
    if (attempt === undefined || this.#isClosed) return;
    await this.#untilDone(() => settleAttempt(this.#service, delivery, attempt));
    this.#prune();
  }

  /** Repeats work that could not be written, until it succeeds: a result that is not written would be lost. */
  async #untilDone<Result>(work: () => Result | Promise<Result>): Promise<Result | undefined> {
    while (!this.#isClosed) {
      try {
        const result = work();
        // Without a turn of the event loop where none is needed: what is taken must be marked before the next look.
        return result instanceof Promise ? await result : result;
      } catch (error) {
        this.#options.onWriteFailed(error);
        await delay(writePause);
      }
    }
    return undefined;
  }

  #prune(): void {
    const { keepDeliveries } = this.#options;
    if (++this.#settledSincePrune < Math.min(pruneEvery, keepDeliveries)) return;
    this.#settledSincePrune = 0;
    const { deliveries } = this.#service.state;
    const surplus = deliveries.count() - keepDeliveries;
    if (surplus <= 0) return;
    try {
      this.#service.state.transaction(() => deliveries.prune(surplus));
    } catch (error) {
      this.#options.onWriteFailed(error);
    }
  }
}
