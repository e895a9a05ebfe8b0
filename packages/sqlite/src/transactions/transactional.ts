import {
  type FicContext,
  type FicEvent,
  type FicEventHandler,
  FicWebhooksError,
  type InboxDelivery,
} from '@fic-webhooks/core';
import { invalidTransaction } from './invalid-transaction.js';
import { listenForPostponement } from './listen-for-postponement.js';
import type { SqliteTransaction } from './sqlite-transaction.js';
import type { Transactor } from './transactor.js';

/** A handler in two phases. */
export interface TransactionalHandler<P extends string, Prepared> {
  /**
   * Everything that takes time: reads through the API, computes. Runs without a transaction, in every attempt; nothing
   * else in it happens exactly once. When it asks for a later retry with `context.retryAfter`, `apply` is not called.
   */
  prepare?(event: FicEvent<P>, context: FicContext): Prepared | Promise<Prepared>;
  /**
   * The effect: synchronous, in one short transaction on the file of the inbox, which also remembers that this handler is
   * done with the event. Both happen, or neither.
   */
  apply(tx: SqliteTransaction, prepared: Prepared, event: FicEvent<P>): void;
}

/** Which handler has had a run: `delivery` is one object for each. */
const handlerOf = new WeakMap<InboxDelivery, object>();

/** Makes the handler that the receiver is given. */
export function makeTransactional<P extends string, Prepared>(
  transactor: Transactor,
  handler: TransactionalHandler<P, Prepared>,
): FicEventHandler<P> {
  if (typeof handler?.apply !== 'function') {
    throw new FicWebhooksError(
      'handler-invalid',
      'A transactional handler needs a function `apply(tx, prepared, event)`; `prepare(event, context)` may be left out.',
    );
  }
  return async (event, context) => {
    const { delivery } = context;
    if (delivery === undefined) {
      throw new FicWebhooksError(
        'inbox-missing',
        'A transactional handler was called without an inbox. Give the same inbox to the receiver: createReceiver({ …, inbox }).',
      );
    }
    if ((handlerOf.get(delivery) ?? handler) !== handler) {
      throw invalidTransaction(
        'Two transactional handlers were called by one registered handler. The mark of the first would pass for that of the ' +
          'second: register each of them, with a name of its own.',
      );
    }
    handlerOf.set(delivery, handler);
    const own = listenForPostponement(context);
    const prepared = (await handler.prepare?.(event, own.context)) as Prepared;
    // The mark would keep the attempt that was asked for from being made.
    if (own.isPostponed()) return;
    const { key, token, handler: name } = delivery;
    await transactor.run((tx) => {
      const claim = tx.get<{ done: number }>(
        `SELECT EXISTS (SELECT 1 FROM json_each(handled) WHERE value = ?3) AS done
         FROM fic_webhooks_items WHERE key = ?1 AND token = ?2`,
        [key, token, name],
      );
      if (claim === undefined) {
        throw new FicWebhooksError(
          'inbox-claim-lost',
          `The claim on the event was lost before its effect was made, so nothing was changed: another run has it now. Probably this process stood still, or the receiver has another inbox than the one of the handler.`,
        );
      }
      // An attempt before this one made the effect, and ended before it could say so.
      if (claim.done === 1) return undefined;
      const result: unknown = handler.apply(tx, prepared, event);
      tx.run(
        `UPDATE fic_webhooks_items SET handled = json_insert(handled, '$[#]', ?3) WHERE key = ?1 AND token = ?2`,
        [key, token, name],
      );
      // A promise is refused by the transaction.
      return result;
    }, context.signal);
  };
}
