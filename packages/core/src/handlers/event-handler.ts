import type { FicEvent } from '../events/fic-event.js';
import type { Logger } from '../receiver/logger.js';

/**
 * Which stored event a handler runs for: what an effect of its own is keyed by, so that it happens exactly once.
 *
 * @example
 * ```ts
 * receiver.on('issued_documents.*', async (event, { delivery }) => {
 *   await pool.query('INSERT INTO processed (key, handler) VALUES ($1, $2)', [delivery?.key, delivery?.handler]);
 * });
 * ```
 */
export interface InboxDelivery {
  /** The key of the item in the inbox: the same in every attempt. */
  readonly key: string;
  /** The name of the handler that runs: see {@link HandlerOptions.name}, which must stay the same. */
  readonly handler: string;
  /** The fencing token of this claim: another one in every attempt. */
  readonly token: string;
}

/**
 * What a handler is given beside the event.
 *
 * @example
 * ```ts
 * receiver.on('products.*', async (event, { signal, retryAfter }) => {
 *   const response = await fetch(url, { signal });
 *   if (response.status === 429) retryAfter(60_000);
 * });
 * ```
 */
export interface FicContext {
  /**
   * Aborts when the handler has run for `handlerMaxRuntime`, or when its claim on the event was lost: another
   * process may handle the event then.
   */
  readonly signal: AbortSignal;
  /** Which attempt this is, from 1. Inline it is always 1: Fatture in Cloud does not say which retry it sends. */
  readonly attempt: number;
  /**
   * Asks for the event to be given again, after so many milliseconds where that can be had. Inline the answer is 503
   * with Retry-After, and Fatture in Cloud tries again when it likes, four times in all.
   */
  retryAfter(milliseconds: number): void;
  readonly logger: Logger;
  /** When the request came in: milliseconds since the epoch. */
  readonly receivedAt: number;
  /** Which stored event this is. Only with an inbox. */
  readonly delivery?: InboxDelivery;
}

/**
 * Handles one event. It succeeds when it returns or resolves, and fails when it throws or rejects.
 *
 * **It must be idempotent.** Several matching handlers all run, one after another; when any fails, the event fails and is
 * retried. The retry runs all of them again; with an inbox only those that have not succeeded. One that has succeeded runs
 * again there, too, when the process dies before that was stored.
 *
 * @typeParam P - The name or pattern it is registered for.
 *
 * @example
 * ```ts
 * const onClient: FicEventHandler<'entities.clients.*'> = async (event) => save(event.companyId, event.ids);
 * ```
 */
export type FicEventHandler<P extends string = '*'> = (event: FicEvent<P>, context: FicContext) => unknown;

/** Options of a registration. */
export interface HandlerOptions {
  /**
   * The name in errors and logs, a text without control characters. Default: the pattern, or the list of them.
   *
   * With an inbox it is also what the handler's success is remembered by, and `delivery.handler`. So it must be the only
   * one of that name, and keep it from version to version: under a new name it runs again for events that are in flight,
   * although it has succeeded. Without `name` a new pattern is a new name.
   */
  name?: string;
}
