import type { FicEvent } from '../events/fic-event.js';
import { HandlerContext } from '../handlers/handler-context.js';
import type { HandlerRegistry, Registration } from '../handlers/handler-registry.js';
import { type HandlersRun, runHandlers } from '../handlers/run-handlers.js';
import type { EventClaim } from '../idempotency/event-claim.js';
import { after } from './after.js';
import { retentionOf } from './event-key.js';
import { type Logger, pickLogger } from './logger.js';
import type { Outcome } from './outcomes.js';
import type { Delivery } from './processor.js';
import type { RequestScope } from './receiver-request.js';
import type { Reporter } from './reporter.js';

/** What all runs of a receiver have in common. */
export interface InlineRunOptions {
  readonly registry: HandlerRegistry;
  readonly reporter: Reporter;
  readonly logger: Logger;
  /** Milliseconds. */
  readonly handlerMaxRuntime: number;
  readonly onUnhandled: (event: FicEvent, scope: RequestScope) => unknown;
  /** True when a claim is renewed from the deadline on only: most handlers end before the answer is due. */
  readonly renewsOnlyPastDeadline: boolean;
}

/** An event that is handled in this process: a second delivery of it waits instead of starting another run. */
export interface Running {
  readonly key: string;
  readonly content: string;
  /** By `performance.now()`, in whole milliseconds. */
  readonly since: number;
  /** Absent while nothing has had to be waited for. */
  outcome: Promise<Outcome> | undefined;
}

/** Whom a run tells how it goes on. */
export interface RunOwner {
  /** The next delivery of the event may try for itself. May be called several times. */
  forget(running: Running): void;
  /** The run has ended, and the store has been told. */
  noteEnd(): void;
}

/** What a run is about. */
export interface InlineRunSubject {
  readonly delivery: Delivery;
  readonly running: Running;
  readonly claim: EventClaim;
}

/**
 * The run of an event's handlers under a claim, from its beginning until the store has been told of its end.
 *
 * One object, and few functions made for each event: what is allocated here is a good part of what an event costs.
 */
export class InlineRun implements HandlersRun {
  readonly event: FicEvent;
  readonly registrations: readonly Registration[];
  readonly context: HandlerContext;
  readonly #options: InlineRunOptions;
  readonly #owner: RunOwner;
  readonly #delivery: Delivery;
  readonly #running: Running;
  readonly #claim: EventClaim;

  constructor(options: InlineRunOptions, owner: RunOwner, { delivery, running, claim }: InlineRunSubject) {
    const { notification, exchange, scope } = delivery;
    this.event = notification.event;
    this.registrations = options.registry.find(notification.event);
    this.context = new HandlerContext(pickLogger(options.logger, scope.logger), exchange.receivedAt);
    this.#options = options;
    this.#owner = owner;
    this.#delivery = delivery;
    this.#running = running;
    this.#claim = claim;
  }

  /** Runs the handlers, and tells the store. */
  start(): Outcome | Promise<Outcome> {
    const { event, registrations } = this;
    const { exchange, scope } = this.#delivery;
    if (registrations.length === 0) {
      this.#options.onUnhandled(event, scope);
      return this.#complete({ code: event.name === 'subscriptions.welcome' ? 'welcome' : 'unhandled' });
    }
    exchange.stage = 'handlers';
    if (this.#options.renewsOnlyPastDeadline) exchange.whenExpired(() => this.#keepAlive());
    else this.#keepAlive();
    return after(runHandlers(this), (succeeded) => this.#finish(succeeded));
  }

  onFailure(error: unknown, handler: string): void {
    const failure = { event: this.event, handler, attempt: 1, where: 'inline' } as const;
    this.#options.reporter.handlerFailure(error, failure, this.#delivery.scope);
  }

  #finish(succeeded: boolean): Outcome | Promise<Outcome> {
    const { exchange, scope } = this.#delivery;
    if (exchange.expired) {
      this.#options.reporter.notice('finished-late', `${this.event.name} ${this.event.id}.`, scope);
    }
    const { requestedDelay } = this.context;
    if (succeeded && requestedDelay === undefined) return this.#complete({ code: 'handled' });
    const outcome: Outcome =
      requestedDelay === undefined
        ? { code: 'handler-failed' }
        : { code: 'handler-postponed', retryAfter: requestedDelay };
    return this.#end(outcome, this.#claim.release());
  }

  #complete(outcome: Outcome): Outcome | Promise<Outcome> {
    const { claims, exchange } = this.#delivery;
    exchange.stage = 'completion';
    return this.#end(outcome, this.#claim.complete(retentionOf(claims, exchange.receivedAt)));
  }

  /** The outcome, once the store has been told. */
  #end(outcome: Outcome, told: Promise<void> | undefined): Outcome | Promise<Outcome> {
    if (told !== undefined) {
      // A store that hangs must not keep the event from its retry: the lease decides then.
      this.#delivery.exchange.whenExpired(() => this.#owner.forget(this.#running));
      return told.then(() => this.#end(outcome, undefined));
    }
    this.#owner.forget(this.#running);
    this.#owner.noteEnd();
    return outcome;
  }

  /** Renews the claim from now on. */
  #keepAlive(): void {
    const { handlerMaxRuntime } = this.#options;
    this.#claim.keepAlive({
      until: handlerMaxRuntime,
      onLost: () => this.#giveUp({ code: 'handler-lost' }, 'The claim on the event was lost.'),
      onOverrun: () =>
        this.#giveUp(
          { code: 'deadline', detail: 'stage: handlers.' },
          `The handlers ran for ${handlerMaxRuntime} ms.`,
        ),
    });
  }

  /** Another delivery may claim the event from now on; the answer of this one does not wait any longer. */
  #giveUp(outcome: Outcome, reason: string): void {
    this.#owner.forget(this.#running);
    this.context.abort(new Error(reason));
    this.#delivery.exchange.settle(outcome);
  }
}
