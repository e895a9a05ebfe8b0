import type { EventPattern, ValidPattern } from '../events/event-pattern.js';
import type { FicEvent, UnknownFicEvent } from '../events/fic-event.js';
import type { UnlistedEvent } from '../events/unlisted.js';
import type { FicContext, FicEventHandler, HandlerOptions } from '../handlers/event-handler.js';
import type { ReceiverInboxHealth } from '../inbox/inbox-runtime.js';
import type { UnhandledCallback } from './receiver-options.js';
import type { ReceiverRequest } from './receiver-request.js';
import type { ReceiverResponse } from './receiver-response.js';

/**
 * What `verify` found: an event to handle, or an answer to give.
 *
 * @example
 * ```ts
 * const result = await receiver.verify(request);
 * if (result.kind === 'event') await save(result.event);
 * ```
 */
export type VerifyResult =
  | { readonly kind: 'event'; readonly event: FicEvent }
  | { readonly kind: 'respond'; readonly response: ReceiverResponse };

/** How a receiver is doing. */
export interface ReceiverHealth {
  /**
   * True while requests are answered as they should be: not once `close` has been called, nor before the store of an
   * inbox has been checked, nor once it was refused, until it gives figures again. Refused is what only a person can
   * mend: `inbox-not-durable`, `inbox-corrupt` and their like. A store that is out of reach, from the start or for a
   * while, does not make it false: the answers are 503 then, which Fatture in Cloud retries, and a load balancer that
   * refuses the connection would lose more.
   */
  readonly ready: boolean;
  /** Requests that have not been answered yet. */
  readonly inFlight: number;
  /** With an inbox: its figures, or the code and message of why there are none. */
  readonly inbox?: ReceiverInboxHealth;
}

/** Options of `close`. */
export interface CloseOptions {
  /** Milliseconds to wait for what is in flight, in requests and in the worker. Default 20,000. */
  deadline?: number;
}

/**
 * Receives the webhooks of one endpoint. Made by `createReceiver`; an adapter gives it requests.
 *
 * @example
 * ```ts
 * const receiver: FicReceiver = createReceiver({ sink: 'https://example.com/webhooks/fic', applicationId: 1234 });
 * receiver.on('products.*', (event) => console.log(event.ids));
 * ```
 */
export interface FicReceiver {
  /**
   * Registers a handler for one name, full type or pattern, or a list of them.
   *
   * In a pattern `*` stands for one or more segments. `'*'` alone is everything: the welcome event, unknown types and
   * subjects that are not companies included.
   *
   * With an inbox the worker of this process starts after the turn of the event loop in which the first handler is
   * registered: register all of them in that turn.
   *
   * @throws FicWebhooksError `event-name-unknown` when a pattern matches nothing, `handler-invalid` for no function
   * or a `name` that is no plain text, `handler-duplicate` when there is an inbox and the name is taken.
   *
   * @example
   * ```ts
   * receiver.on('entities.*.delete', async (event) => {
   *   event.name; // 'entities.clients.delete' | 'entities.suppliers.delete'
   * });
   * ```
   */
  on<const P extends EventPattern>(
    pattern: P & ValidPattern<P>,
    handler: FicEventHandler<NoInfer<P>>,
    options?: HandlerOptions,
  ): this;
  on<const P extends readonly EventPattern[]>(
    patterns: { readonly [K in keyof P]: P[K] & ValidPattern<P[K]> },
    handler: FicEventHandler<NoInfer<P[number]>>,
    options?: HandlerOptions,
  ): this;
  on(
    name: UnlistedEvent,
    handler: (event: UnknownFicEvent, context: FicContext) => unknown,
    options?: HandlerOptions,
  ): this;

  /**
   * Told of events that no handler matches. They are answered as a success, and are done with: without a callback an
   * inbox keeps them as dead letters. What it throws is swallowed.
   */
  onUnhandled(callback: UnhandledCallback): this;

  /** Answers a request. Never rejects. */
  handle(request: ReceiverRequest): Promise<ReceiverResponse>;

  /**
   * For people who own their route: verifies and parses, claims nothing and runs no handler. `respond` is the answer to
   * a challenge, the welcome event and every refusal. Never rejects.
   */
  verify(request: ReceiverRequest): Promise<VerifyResult>;

  /**
   * Checks the store of the inbox: what to wait for before a process says that it is there. Resolves at once without one,
   * and also when the store cannot be reached: it is checked when it can, and `health` says what was found.
   *
   * @throws FicWebhooksError `inbox-not-durable`, `inbox-corrupt` or `inbox-schema-newer`, and what else the inbox says.
   */
  ready(): Promise<void>;

  /**
   * Works through the inbox in this process, also when `worker` is false. Resolves once the worker has been started, which
   * goes on until `close`, and waits while its store cannot be reached. Calling it again changes nothing.
   *
   * @throws FicWebhooksError `inbox-missing` when the receiver has none, `inbox-closed` after `close`, and the codes
   * of {@link FicReceiver.ready}.
   */
  work(): Promise<void>;

  /** For readiness checks and dashboards. Never rejects, and takes two seconds at most. */
  health(): Promise<ReceiverHealth>;

  /**
   * Lets what is in flight finish, answers 503 to requests begun after it (verification requests excepted), stops the
   * worker, and closes the store or the inbox. What the worker could not finish is released, and handled by another
   * process or the next start. Resolves at the deadline at the latest.
   *
   * @throws What the store or the inbox throws when it is closed.
   */
  close(options?: CloseOptions): Promise<void>;
}
