import type { ValidPattern } from '../events/event-pattern.js';
import type { FicEvent } from '../events/fic-event.js';
import type { FicEventHandler } from '../handlers/event-handler.js';
import type { IdempotencyStore } from '../idempotency/idempotency-store.js';
import type { Inbox } from '../inbox/inbox.js';
import type { WorkerOptions } from '../inbox/worker-options.js';
import type { PublicKeySource } from '../token/public-keys.js';
import type { Alert } from './alert.js';
import type { CompanyRule } from './company-decision.js';
import type { Logger } from './logger.js';
import type { HandlerFailure } from './reporter.js';

/** Handlers under their names and patterns. Each is checked and typed by its key. */
export type HandlerMap<H> = {
  readonly [P in keyof H]: P extends string
    ? P extends ValidPattern<P>
      ? FicEventHandler<P>
      : ValidPattern<P>
    : never;
};

/**
 * Options of `createReceiver`. All durations are milliseconds.
 *
 * @example
 * ```ts
 * const options: ReceiverOptions = {
 *   sink: 'https://example.com/webhooks/fic',
 *   applicationId: 1234,
 *   answerWithin: 2_000,
 * };
 * ```
 */
export interface ReceiverOptions<H = Readonly<Record<never, never>>> {
  /**
   * The sink of the subscription, exactly as the Subscriptions API returns it: the audience that a token must have.
   * A list when there are several. HTTPS, or HTTP on loopback.
   */
  sink: string | readonly string[];
  /**
   * The id of your application: the `aid` of the token. One, a list, or `'any'`. One key signs for all customers of
   * Fatture in Cloud, so without it anyone's application could send genuine events here; `'any'` alerts with the
   * one seen.
   */
  applicationId: number | readonly number[] | 'any';
  /** What to do with events of a company. Default: accept all. */
  company?: CompanyRule;
  /**
   * Trusted P-256 keys: PEM, base64 of PEM or JWK; a list during a rotation; or a function that gives them, which is asked
   * every ten minutes; while it fails, its last answer is used for a day. Default: the key that Fatture in Cloud publishes.
   */
  publicKeys?: PublicKeySource;
  /** By how much clocks may differ. Default 60,000. */
  clockTolerance?: number;
  /** Remembers handled events. Default `memoryStore()`; false handles every delivery anew. */
  idempotency?: IdempotencyStore | false;
  /** Handlers by name or pattern. `on` adds more. */
  handlers?: HandlerMap<H>;
  /** The time for an answer, from the first line to the last handler. Default 3,000. */
  answerWithin?: number;
  /** After this `context.signal` aborts, and the claim on the event is no longer renewed. Default 60,000. */
  handlerMaxRuntime?: number;
  /** The most bytes of a body, before and after decompression. Only genuine senders reach it. Default 4 MiB. */
  bodyLimit?: number;
  /** Where lines go. Default: the console, one line per kind of refusal and minute. False silences, the framework's too. */
  logger?: Logger | false;
  /** Told of trouble that can lose events, at most once per code and minute. */
  onAlert?: (alert: Alert) => unknown;
  /** Told of every failure of a handler. */
  onError?: (error: unknown, failure: HandlerFailure) => unknown;
  /** Lets a sink be plain HTTP outside loopback. Default false. */
  allowHttpSink?: boolean;
  /**
   * A durable inbox: store first, answer 202, handle in a worker. Not together with `idempotency`: an inbox stores each
   * event once by itself.
   */
  inbox?: Inbox;
  /** How this process works through the inbox; false where another process does, with `work()`. Default: on. */
  worker?: WorkerOptions | false;
}

/** The callback of `onUnhandled`. */
export type UnhandledCallback = (event: FicEvent) => unknown;
