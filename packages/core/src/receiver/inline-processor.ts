import { platform } from '#platform';
import type { FicEvent } from '../events/fic-event.js';
import type { Notification } from '../events/parse-notification.js';
import { HandlerContext } from '../handlers/handler-context.js';
import type { HandlerRegistry } from '../handlers/handler-registry.js';
import { runHandlers } from '../handlers/run-handlers.js';
import type { ClaimResult, IdempotencyStore } from '../idempotency/idempotency-store.js';
import { LeaseKeeper } from '../idempotency/lease-keeper.js';
import type { TokenClaims } from '../token/claims.js';
import { after, isPlain } from './after.js';
import type { Exchange } from './exchange.js';
import type { Logger } from './logger.js';
import type { Outcome } from './outcomes.js';
import { messageOf, type Reporter, swallow } from './reporter.js';

/** Milliseconds that a claim lasts unless it is renewed. */
const lease = 15_000;
/** Milliseconds between two renewals. */
const renewEvery = 5_000;
/** Milliseconds that a handled event is remembered at least: longer than the sender goes on retrying. */
const minimumRetention = 24 * 60 * 60 * 1000;

/** What the processor works with. */
export interface InlineProcessorOptions {
  readonly store: IdempotencyStore | undefined;
  readonly registry: HandlerRegistry;
  readonly reporter: Reporter;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly answerWithin: number;
  /** Milliseconds. */
  readonly handlerMaxRuntime: number;
  readonly onUnhandled: (event: FicEvent) => unknown;
}

/** One notification to process. */
export interface Delivery {
  readonly notification: Notification;
  readonly claims: TokenClaims;
  readonly exchange: Exchange;
  /** Where the lines of this request go; default: the receiver's logger. */
  readonly logger: Logger | undefined;
}

/** A run in this process: a second delivery of its event waits for it instead of starting another. */
interface Running {
  readonly key: string;
  readonly content: string;
  /** What the store calls the claim. Empty before there is one. */
  token: string;
  /** Absent while nothing has had to be waited for. */
  outcome: Promise<Outcome> | undefined;
  /** Renews the claim, where handlers take so long. */
  keeper: LeaseKeeper | undefined;
  /** True once the handlers have ended. */
  handlersEnded: boolean;
}

/** Handles events while the sender waits: each one once, as far as the store can tell. */
export class InlineProcessor {
  readonly #options: InlineProcessorOptions;
  readonly #store: IdempotencyStore;
  /** Tells this process from others in the store. */
  readonly #owner = crypto.randomUUID();
  readonly #running = new Map<string, Running>();
  /** Most handlers end before the answer is due, and such a claim needs no renewal. */
  readonly #renewsOnlyPastDeadline: boolean;
  /** Runs that have not ended and been told to the store, whether their request has been answered or not. */
  #active = 0;
  #whenIdle: (() => void)[] = [];

  constructor(options: InlineProcessorOptions) {
    this.#options = options;
    this.#store = options.store ?? withoutMemory;
    this.#renewsOnlyPastDeadline = options.answerWithin <= Math.min(renewEvery, options.handlerMaxRuntime);
  }

  /** Resolves once no handler runs any more. */
  async idle(): Promise<void> {
    if (this.#active > 0) await new Promise<void>((resolve) => this.#whenIdle.push(resolve));
  }

  /** Claims the event and runs its handlers, or says why not. */
  process(delivery: Delivery): Outcome | Promise<Outcome> {
    const { content } = delivery.notification;
    if (this.#options.store === undefined) return this.#run(delivery, newRunning('', content));
    // Both parts are signed, so no sender can choose the key of another event.
    const key = platform.sha256(`${delivery.claims.issuer}\n${delivery.claims.tokenId}`);
    return after(key, (text) => this.#runOnce(text, delivery));
  }

  /** Runs the event, or waits for the run of the same event that is going on in this process. */
  #runOnce(key: string, delivery: Delivery): Outcome | Promise<Outcome> {
    const { content } = delivery.notification;
    const twin = this.#running.get(key);
    if (twin?.outcome !== undefined) {
      delivery.exchange.stage = 'twin';
      return twin.content === content ? twin.outcome.then(asDuplicate) : { code: 'conflict' };
    }
    const running = newRunning(key, content);
    this.#running.set(key, running);
    const outcome = this.#claimAndRun(running, delivery);
    if (outcome instanceof Promise) running.outcome = outcome;
    return outcome;
  }

  #claimAndRun(running: Running, delivery: Delivery): Outcome | Promise<Outcome> {
    delivery.exchange.stage = 'claim';
    const unavailable = (error: unknown): Outcome => {
      this.#forget(running);
      return { code: 'store-unavailable', detail: messageOf(error) };
    };
    try {
      const outcome = after(fingerprintOf(running.content), (fingerprint) => {
        const pending = this.#store.claim(running.key, { owner: this.#owner, lease, fingerprint });
        const claim = isPlain(pending) ? pending : this.#claimInTime(pending, running, delivery);
        return after(claim, (result) => this.#runClaimed(result, fingerprint, running, delivery));
      });
      return outcome instanceof Promise ? outcome.catch(unavailable) : outcome;
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
    if (claim?.state === 'claimed') {
      running.token = claim.token;
      return this.#run(delivery, running);
    }
    this.#forget(running);
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
    { exchange, logger }: Delivery,
  ): Promise<ClaimResult | undefined> {
    const claim = await Promise.race([pending, exchange.expiry()]);
    if (!exchange.expired) return claim;
    pending.then(
      (late) => {
        if (late.state === 'claimed') this.#release({ ...running, token: late.token }, logger);
      },
      () => {},
    );
    return undefined;
  }

  #run({ notification, claims, exchange, logger }: Delivery, running: Running): Outcome | Promise<Outcome> {
    const { registry, reporter, onUnhandled } = this.#options;
    const { event } = notification;
    this.#active++;
    const retention = Math.max(minimumRetention, claims.expiresAt - exchange.receivedAt);
    const registrations = registry.find(event);
    if (registrations.length === 0) {
      swallow(() => onUnhandled(event));
      const code = event.name === 'subscriptions.welcome' ? 'welcome' : 'unhandled';
      return this.#end({ code }, running, exchange, this.#complete(running, retention, exchange, logger));
    }

    exchange.stage = 'handlers';
    const context = new HandlerContext(logger ?? this.#options.logger, exchange.receivedAt);
    this.#watch(running, exchange, context);
    const onFailure = (error: unknown, handler: string) =>
      reporter.handlerFailure(error, { event, handler, attempt: 1, where: 'inline' }, logger);
    return after(runHandlers({ event, registrations, context, onFailure }), (succeeded) => {
      running.handlersEnded = true;
      running.keeper?.stop();
      if (exchange.expired) reporter.notice('finished-late', `${event.name} ${event.id}.`, logger);
      const { requestedDelay } = context;
      if (succeeded && requestedDelay === undefined) {
        return this.#end(
          { code: 'handled' },
          running,
          exchange,
          this.#complete(running, retention, exchange, logger),
        );
      }
      const outcome: Outcome =
        requestedDelay === undefined
          ? { code: 'handler-failed' }
          : { code: 'handler-postponed', retryAfter: requestedDelay };
      return this.#end(outcome, running, exchange, this.#release(running, logger));
    });
  }

  /** The outcome, once the store has been told. */
  #end(
    outcome: Outcome,
    running: Running,
    exchange: Exchange,
    told: Promise<void> | undefined,
  ): Outcome | Promise<Outcome> {
    if (told !== undefined) {
      // A store that hangs must not keep the event from its retry: the lease decides then.
      exchange.whenExpired(() => this.#forget(running));
      return told.then(() => this.#end(outcome, running, exchange, undefined));
    }
    this.#forget(running);
    this.#active--;
    if (this.#active === 0) for (const wake of this.#whenIdle.splice(0)) wake();
    return outcome;
  }

  /** Lets the next delivery of the event try for itself, unless one does so already. */
  #forget(running: Running): void {
    if (this.#running.get(running.key) === running) this.#running.delete(running.key);
  }

  /** Keeps the claim alive while handlers run: from the deadline on, or at once when that is later than a renewal. */
  #watch(running: Running, exchange: Exchange, context: HandlerContext): void {
    const startedAt = performance.now();
    if (!this.#renewsOnlyPastDeadline) {
      this.#keep(running, exchange, context, startedAt);
      return;
    }
    exchange.whenExpired(() => {
      if (!running.handlersEnded) this.#keep(running, exchange, context, startedAt);
    });
  }

  #keep(running: Running, exchange: Exchange, context: HandlerContext, startedAt: number): void {
    const { handlerMaxRuntime } = this.#options;
    const giveUp = (outcome: Outcome, reason: string) => {
      // Another delivery may claim the event from now on; the answer of this one does not wait any longer.
      this.#forget(running);
      context.abort(new Error(reason));
      exchange.settle(outcome);
    };
    running.keeper = new LeaseKeeper({
      lease,
      renewEvery,
      startedAt,
      until: handlerMaxRuntime,
      extend: () => this.#store.extend(running.key, running.token, lease),
      onLost: () => giveUp({ code: 'handler-lost' }, 'The claim on the event was lost.'),
      onOverrun: () =>
        giveUp(
          { code: 'deadline', detail: 'stage: handlers.' },
          `The handlers ran for ${handlerMaxRuntime} ms.`,
        ),
    });
  }

  #complete(
    { key, token }: Running,
    retention: number,
    exchange: Exchange,
    logger?: Logger,
  ): Promise<void> | undefined {
    exchange.stage = 'completion';
    return this.#tell('completion-failed', logger, () => this.#store.complete(key, token, retention));
  }

  #release({ key, token }: Running, logger?: Logger): Promise<void> | undefined {
    return this.#tell('release-failed', logger, () => this.#store.release(key, token));
  }

  /**
   * Tells the store what became of a claim. That it cannot be told, or that the claim is lost, changes no answer.
   *
   * @returns Undefined when the store has answered at once. Never rejects.
   */
  #tell(
    failure: 'completion-failed' | 'release-failed',
    logger: Logger | undefined,
    call: () => boolean | Promise<boolean>,
  ): Promise<void> | undefined {
    const fail = (detail: string) => this.#options.reporter.notice(failure, detail, logger);
    const check = (kept: boolean) => {
      if (!kept) fail('The claim was lost before.');
    };
    try {
      const kept = call();
      if (!isPlain(kept)) return kept.then(check, (error: unknown) => fail(messageOf(error)));
      check(kept);
    } catch (error) {
      fail(messageOf(error));
    }
    return undefined;
  }
}

function newRunning(key: string, content: string): Running {
  return { key, content, token: '', outcome: undefined, keeper: undefined, handlersEnded: false };
}

/** A second delivery of an event gets the outcome of the first. */
function asDuplicate(outcome: Outcome): Outcome {
  return outcome.code === 'handled' ? { code: 'duplicate' } : outcome;
}

/** Short contents stand for themselves; a bulk import of thousands of ids is hashed. */
function fingerprintOf(content: string): string | Promise<string> {
  return content.length <= 256 ? content : platform.sha256(content);
}

/** For `idempotency: false`: every delivery is a new one. */
const withoutMemory: IdempotencyStore = {
  claim: () => ({ state: 'claimed', token: '' }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};
