/**
 * What the events of a run are for. Each kind has a type of its own, so that the handlers know it by the pattern.
 *
 * @typedef {object} Kind
 * @property {string} name Of the event.
 * @property {number} [share] Of a thousand events; the others are plain.
 * @property {number} [times] So many in a round, in its first part: each costs a lease or more.
 * @property {readonly string[]} handlers Those that must have had an effect in the ledger.
 * @property {boolean} [transactional] Has one row in the table of effects.
 * @property {'attempts' | 'crash-loop' | 'unreadable' | 'unhandled'} [deadLetter] The reason, for poison.
 */

/** @satisfies {Record<string, Kind>} */
export const kinds = {
  /** One handler, one effect. */
  plain: { name: 'entities.clients.create', handlers: ['plain'] },
  /** Its effect is a row beside the mark that the handler is done, in one transaction. */
  transactional: {
    name: 'issued_documents.invoices.create',
    share: 300,
    handlers: [],
    transactional: true,
  },
  /** Fails in its first run. */
  flaky: { name: 'entities.suppliers.create', share: 50, handlers: ['flaky'] },
  /** Two handlers. The second one fails in its first run. */
  pair: { name: 'received_documents.create', share: 40, handlers: ['pair-first', 'pair-second'] },
  /** Asks to be called again later, in its first run. */
  later: { name: 'entities.clients.update', share: 30, handlers: ['later'] },
  /** Ends its process in its first two runs. Healthy all the same. */
  unlucky: { name: 'entities.clients.delete', times: 3, handlers: ['unlucky'] },
  /** Is stopped in its first run until its lease is over, and fails then: its successor must not be disturbed. */
  zombie: { name: 'entities.suppliers.update', times: 3, handlers: ['zombie'] },
  /** Fails always. */
  failing: { name: 'products.create', share: 8, handlers: [], deadLetter: 'attempts' },
  /** Ends its process always. */
  crashing: { name: 'products.delete', times: 1, handlers: [], deadLetter: 'crash-loop' },
  /** Signed, and not to be understood. */
  unreadable: { name: 'products.update', share: 8, handlers: [], deadLetter: 'unreadable' },
  /** Nobody handles it. */
  unhandled: { name: 'issued_documents.quotes.create', share: 8, handlers: [], deadLetter: 'unhandled' },
};

/** @typedef {keyof typeof kinds} KindName */

/** @type {(kind: KindName) => Kind} */
export const kindOf = (kind) => kinds[kind];
