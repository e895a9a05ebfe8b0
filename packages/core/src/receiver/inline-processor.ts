import { EventClaim, lease, renewEvery } from '../idempotency/event-claim.js';
import type { ClaimResult, IdempotencyStore } from '../idempotency/idempotency-store.js';
import { withoutMemory } from '../idempotency/without-memory.js';
import { after, isPlain } from './after.js';
import { eventKey, fingerprintOf } from './event-key.js';
import { InlineRun, type InlineRunOptions, type Running, type RunOwner } from './inline-run.js';
import type { Outcome } from './outcomes.js';
import type { Delivery, Processor } from './processor.js';
import type { RequestScope } from './receiver-request.js';
import { messageOf, swallow } from './reporter.js';

/** What the processor works with. */
export interface InlineProcessorOptions extends Omit<InlineRunOptions, 'renewsOnlyPastDeadline'> {
  readonly store: IdempotencyStore | undefined;
  /** Milliseconds. */
  readonly answerWithin: number;
}

/** Handles events while the sender waits: each one once, as far as the store can tell. */
export class InlineProcessor implements Processor, RunOwner {
  readonly #options: InlineProcessorOptions;
  readonly #store: IdempotencyStore;
  /**
   * Tells this process from others in the store. Made when first needed: Workers give no random values outside of
   * requests, where a receiver may be made. https://developers.cloudflare.com/workers/runtime-apis/handlers/
   */
  #owner: string | undefined;
  readonly #running = new Map<string, Running>();
  readonly #runs: InlineRunOptions;
  /** Runs that have not ended and been told to the store, whether their request has been answered or not. */
  #active = 0;
  #whenIdle: (() => void)[] = [];

  constructor(options: InlineProcessorOptions) {
    this.#options = options;
    this.#store = options.store ?? withoutMemory;
    const { answerWithin, handlerMaxRuntime } = options;
    const renewsOnlyPastDeadline = answerWithin <= Math.min(renewEvery, handlerMaxRuntime);
    this.#runs = { ...options, renewsOnlyPastDeadline };
  }

  /** Resolves once no handler runs any more. */
  async idle(): Promise<void> {
    if (this.#active > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Claims the event and runs its handlers, or says why not. What goes on after the answer is made known to the platform. */
  process(delivery: Delivery): Outcome | Promise<Outcome> {
    const outcome = this.#process(delivery);
    const { scope } = delivery;
    // At once and not at the deadline: a sender that hangs up ends the request, too.
    if (scope.waitUntil !== undefined && !isPlain(outcome)) swallow(() => outcome, scope);
    return outcome;
  }

  #process(delivery: Delivery): Outcome | Promise<Outcome> {
    const { content } = delivery.notification;
    if (this.#options.store === undefined) {
      return this.#run(delivery, { key: '', content, since: 0, outcome: undefined }, '');
    }
    return after(eventKey(delivery.claims), (key) => this.#runOnce(key, delivery));
  }

  /** Runs the event, or waits for the run of the same event that is going on in this process. */
  #runOnce(key: string, delivery: Delivery): Outcome | Promise<Outcome> {
    const { content } = delivery.notification;
    const twin = this.#running.get(key);
    const since = Math.ceil(performance.now());
    // A platform may cut off what goes on after an answer, as Workers do: such a run never ends, and its timers are gone with it.
    const isOver = twin !== undefined && since - twin.since > this.#options.handlerMaxRuntime + lease;
    if (twin?.outcome !== undefined && !isOver) {
      delivery.exchange.stage = 'twin';
      return twin.content === content ? twin.outcome.then(asDuplicate) : { code: 'conflict' };
    }
    const running: Running = { key, content, since, outcome: undefined };
    this.#running.set(key, running);
    const outcome = this.#claimAndRun(running, delivery);
    if (!isPlain(outcome)) running.outcome = outcome;
    return outcome;
  }

  #claimAndRun(running: Running, delivery: Delivery): Outcome | Promise<Outcome> {
    delivery.exchange.stage = 'claim';
    const unavailable = (error: unknown): Outcome => {
      this.forget(running);
      return { code: 'store-unavailable', detail: messageOf(error) };
    };
    try {
      const outcome = after(fingerprintOf(running.content), (fingerprint) => {
        this.#owner ??= crypto.randomUUID();
        const pending = this.#store.claim(running.key, { owner: this.#owner, lease, fingerprint });
        const claim = isPlain(pending) ? pending : this.#claimInTime(pending, running, delivery);
        return after(claim, (result) => this.#runClaimed(result, fingerprint, running, delivery));
      });
      return isPlain(outcome) ? outcome : outcome.catch(unavailable);
    } catch (error) {
      return unavailable(error);
    }
  }

  #runClaimed(
    claim: ClaimResult | undefined,
    fingerprint: string,
    running: Running,
    delivery: Delivery,
  ): Outcome | Promise<Outcome> {
    if (claim?.state === 'claimed') return this.#run(delivery, running, claim.token);
    this.forget(running);
    if (claim === undefined)
      return { code: 'store-unavailable', detail: 'The store did not answer in time.' };
    if (claim?.state === 'busy') return { code: 'in-progress' };
    if (claim?.state === 'done')
      return { code: claim.fingerprint === fingerprint ? 'duplicate' : 'conflict' };
    return { code: 'store-unavailable', detail: 'claim() gave something else than claimed, busy or done.' };
  }

  /** The claim, or undefined at the deadline: then a claim that comes later is given back, as nothing was begun. */
  async #claimInTime(
    pending: PromiseLike<ClaimResult>,
    running: Running,
    { exchange, scope }: Delivery,
  ): Promise<ClaimResult | undefined> {
    const claim = await Promise.race([pending, exchange.expiry()]);
    if (!exchange.expired) return claim;
    const release = (late: ClaimResult) =>
      late.state === 'claimed' ? this.#claimOf(running, late.token, scope).release() : undefined;
    swallow(() => pending.then(release), scope);
    return undefined;
  }

  #claimOf({ key }: Running, token: string, scope: RequestScope): EventClaim {
    return new EventClaim({ store: this.#store, key, token, reporter: this.#options.reporter, scope });
  }

  /** Runs the handlers under a claim. */
  #run(delivery: Delivery, running: Running, token: string): Outcome | Promise<Outcome> {
    const claim = this.#claimOf(running, token, delivery.scope);
    const run = new InlineRun(this.#runs, this, { delivery, running, claim });
    this.#active++;
    return run.start();
  }

  noteEnd(): void {
    this.#active--;
    if (this.#active === 0) for (const wake of this.#whenIdle.splice(0)) wake();
  }

  /** Lets the next delivery of the event try for itself, unless one does so already. */
  forget(running: Running): void {
    if (this.#running.get(running.key) === running) this.#running.delete(running.key);
  }
}

/** A second delivery of an event gets the outcome of the first. */
function asDuplicate(outcome: Outcome): Outcome {
  return outcome.code === 'handled' ? { code: 'duplicate' } : outcome;
}
