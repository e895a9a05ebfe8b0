import type { EventPattern, ValidPattern } from '../events/event-pattern.js';
import type { FicEvent, UnknownFicEvent } from '../events/fic-event.js';
import type { UnlistedEvent } from '../events/unlisted.js';
import type { FicContext, FicEventHandler, HandlerOptions } from '../handlers/event-handler.js';
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
  /** False once `close` has been called. */
  readonly ready: boolean;
  /** Requests that have not been answered yet. */
  readonly inFlight: number;
}

/** Options of `close`. */
export interface CloseOptions {
  /** Milliseconds to wait for what is in flight. Default 20,000. */
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
   * @throws FicWebhooksError `event-name-unknown` when a pattern matches nothing, `handler-invalid` for no function.
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

  /** Told of events that no handler matches. They are answered as a success. What it throws is swallowed. */
  onUnhandled(callback: UnhandledCallback): this;

  /** Answers a request. Never rejects. */
  handle(request: ReceiverRequest): Promise<ReceiverResponse>;

  /**
   * For people who own their route: verifies and parses, claims nothing and runs no handler. `respond` is the answer to
   * a challenge, the welcome event and every refusal. Never rejects.
   */
  verify(request: ReceiverRequest): Promise<VerifyResult>;

  /**
   * Works through the inbox.
   *
   * @throws FicWebhooksError `inbox-missing` when the receiver has none.
   */
  work(): Promise<void>;

  /** For readiness checks. */
  health(): Promise<ReceiverHealth>;

  /**
   * Lets what is in flight finish, answers 503 to requests begun after it (verification requests excepted), and closes
   * the store. Resolves at the deadline at the latest.
   */
  close(options?: CloseOptions): Promise<void>;
}
