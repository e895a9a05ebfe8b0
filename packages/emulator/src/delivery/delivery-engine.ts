import { setTimeout as delay } from 'node:timers/promises';
import { EmulatorError } from '../emulator-error.js';
import type { Delivery } from '../model/delivery.js';
import type { Service } from '../service.js';
import type { HistoryLimits } from '../state/history-table.js';
import { beginAttempt } from './begin-attempt.js';
import { DueTimer } from './due-timer.js';
import { HistoryKeeper } from './history-keeper.js';
import { Lanes } from './lanes.js';
import { sendAttempt } from './send-attempt.js';
import { settleAttempt } from './settle-attempt.js';
import { SinkClient } from './sink-client.js';
import { WriteTrouble } from './write-trouble.js';

/** How the engine runs. */
export interface EngineOptions {
  /** How much of the history is kept: what has ended first is forgotten first. */
  readonly keep: HistoryLimits;
  /** Told when the state cannot be written, which is then tried again, and when it can again. */
  readonly warn: (message: string) => void;
}

/**
 * Sends what is due. The queue lies in the state; the engine holds only what is under way.
 *
 * Every sink has a lane of its own with a few places, so that one that hangs holds up nobody else.
 */
export class DeliveryEngine {
  readonly #service: Service;
  readonly #client: SinkClient;
  readonly #history: HistoryKeeper;
  readonly #trouble: WriteTrouble;
  readonly #lanes = new Lanes();
  readonly #timer = new DueTimer(() => this.start());
  /** Sinks to be looked at, the longest waiting first. */
  readonly #waiting = new Set<string>();
  /** By the id of the delivery. */
  readonly #running = new Map<number, Promise<void>>();
  /** Aborted when all that was begun in it is broken off. */
  #era = new AbortController();
  #isPumpPlanned = false;
  #isStepping = false;
  #isClosed = false;
  #steps: Promise<unknown> = Promise.resolve();

  constructor(service: Service, { keep, warn }: EngineOptions) {
    this.#service = service;
    this.#client = new SinkClient(service.sinkRules);
    this.#history = new HistoryKeeper(service.state, keep);
    this.#trouble = new WriteTrouble(warn);
  }

  /** Goes on with what waits, such as what an earlier run has left. */
  start(): void {
    for (const sink of this.#service.state.deliveries.waitingSinks()) this.wake(sink);
  }

  /** Something waits for a sink. It is looked at once the caller is done. */
  wake(sink: string): void {
    this.#waiting.add(sink);
    this.#planPump();
  }

  /** Resolves when nothing is under way and nothing is due any more. */
  async settled(): Promise<void> {
    while (!this.#isClosed) {
      await this.#steps;
      if (this.#running.size > 0) await Promise.allSettled(this.#running.values());
      else if (!this.#isSomethingDue()) return;
      else await (this.#trouble.pause ?? delay(1));
    }
  }

  /**
   * Moves the clock, and makes everything happen that is due until then, one after another in order of time.
   *
   * @param by - Milliseconds.
   * @throws EmulatorError `emulator-closed`, also when everything was forgotten meanwhile.
   */
  async advance(by: number): Promise<void> {
    await this.#enqueueStep((signal) => this.#advanceClock(by, signal));
    this.#service.changes.emit('clock');
  }

  /**
   * Forgets what is queued: `forget` does it, all or nothing. What is under way is broken off before.
   *
   * @throws EmulatorError `emulator-closed`.
   */
  clear(forget: () => void): Promise<void> {
    this.#breakOff();
    return this.#enqueueStep(async (signal) => {
      await this.#trouble.untilWritten(forget, signal);
    });
  }

  /** Stops. What is under way is broken off; it is sent again when the state is opened again. */
  async close(): Promise<void> {
    this.#isClosed = true;
    this.#timer.clear();
    this.#breakOff();
    await Promise.allSettled(this.#running.values());
    await this.#steps;
  }

  /** @throws EmulatorError `emulator-closed`. */
  throwIfClosed(): void {
    if (!this.#isClosed) return;
    throw new EmulatorError('emulator-closed', 'The emulator was closed. Start another one.');
  }

  #breakOff(): void {
    this.#era.abort();
    this.#era = new AbortController();
    this.#client.breakOff();
  }

  /** Runs one step after another, each with a clock that stands and nothing else under way. */
  #enqueueStep(work: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const { signal } = this.#era;
    const step = this.#steps.then(() => this.#exclusively(() => work(signal), signal));
    // One that fails shall not stop the next.
    this.#steps = step.catch(() => {});
    return step;
  }

  async #exclusively(work: () => Promise<void>, signal: AbortSignal): Promise<void> {
    this.throwIfClosed();
    const { clock } = this.#service;
    // Set for a time that comes sooner on a clock that is moved.
    this.#timer.clear();
    this.#isStepping = true;
    try {
      // A real clock goes on meanwhile: a sink may take its time.
      await Promise.allSettled(this.#running.values());
      clock.stop();
      await work();
      throwIfBrokenOff(signal);
    } finally {
      this.#isStepping = false;
      clock.start();
      if (!this.#isClosed) this.start();
    }
  }

  async #advanceClock(by: number, signal: AbortSignal): Promise<void> {
    const { clock, state } = this.#service;
    const target = clock.now() + by;
    for (;;) {
      throwIfBrokenOff(signal);
      const dueAt = state.deliveries.firstDueAt();
      if (dueAt === undefined || dueAt > target) break;
      // The clock first: what is taken must be sent.
      await this.#trouble.untilWritten(() => clock.moveTo(dueAt), signal);
      const next = await this.#trouble.untilWritten(() => state.deliveries.takeFirst(dueAt), signal);
      if (next !== undefined) await this.#run(next, signal);
    }
    await this.#trouble.untilWritten(() => clock.moveTo(target), signal);
  }

  #isSomethingDue(): boolean {
    const { state, clock } = this.#service;
    return (state.deliveries.firstDueAt() ?? Number.POSITIVE_INFINITY) <= clock.now();
  }

  #planPump(): void {
    if (this.#isPumpPlanned || this.#isStepping || this.#isClosed) return;
    this.#isPumpPlanned = true;
    setImmediate(() => {
      this.#isPumpPlanned = false;
      this.#pump();
    });
  }

  #pump(): void {
    if (this.#isStepping || this.#isClosed || this.#trouble.pause !== undefined) return;
    const turn = [...this.#waiting];
    this.#waiting.clear();
    const busyLanes = this.#lanes.countBusy(turn);
    try {
      for (const sink of turn) this.#fill(sink, busyLanes);
    } catch (error) {
      // On a full disk nothing can be marked as taken. All have their turn again after the pause.
      for (const sink of turn) this.#waiting.add(sink);
      void this.#trouble.failed(error).then(() => this.#planPump());
    }
  }

  /** Starts what is due for a sink, as far as there are places. */
  #fill(sink: string, busyLanes: number): void {
    const { state, clock, behaviour } = this.#service;
    const perLane = behaviour.deliveriesAtOnce;
    const free = this.#lanes.freePlaces(sink, { perLane, busyLanes });
    const due = free === 0 ? [] : state.deliveries.takeForSink(sink, clock.now(), free);
    for (const delivery of due) void this.#run(delivery, this.#era.signal);
    if (due.length < free) this.#setTimer(sink);
    // It could go on if there were room for all: its turn comes again.
    else if (this.#lanes.countOf(sink) < perLane) this.#waiting.add(sink);
  }

  /** Wakes all lanes when the next delivery of this one is due. A clock that stands needs no timer. */
  #setTimer(sink: string): void {
    const { state, clock } = this.#service;
    if (clock.mode === 'manual') return;
    const earliest = state.deliveries.earliestForSink(sink);
    if (earliest !== undefined) this.#timer.set(earliest, clock.now());
  }

  #run(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const { id, sink } = delivery;
    this.#lanes.enter(sink);
    const run = this.#attempt(delivery, signal).finally(() => {
      this.#running.delete(id);
      this.#lanes.leave(sink);
      // Once for all that end in this turn of the event loop.
      this.wake(sink);
    });
    this.#running.set(id, run);
    return run;
  }

  async #attempt(delivery: Delivery, signal: AbortSignal): Promise<void> {
    const service = this.#service;
    service.changes.emit('delivery', delivery);
    const begun = await this.#trouble.untilWritten(() => beginAttempt(service, delivery), signal);
    if (begun === undefined) return;
    const attempt = await sendAttempt(service, this.#client, begun);
    const bytes = await this.#trouble.untilWritten(() => settleAttempt(service, delivery, attempt), signal);
    // Broken off by us: it is still to be sent, or forgotten.
    if (bytes === undefined) return;
    try {
      this.#history.attemptWritten(bytes);
    } catch (error) {
      void this.#trouble.failed(error);
    }
  }
}

function throwIfBrokenOff(signal: AbortSignal): void {
  if (!signal.aborted) return;
  throw new EmulatorError('emulator-closed', 'The emulator was closed or reset meanwhile.');
}
