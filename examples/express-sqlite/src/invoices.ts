import type { FicEventHandler } from '@fic-webhooks/express';
import type { SqliteInbox } from '@fic-webhooks/sqlite';
import type { Config } from './config.js';
import type { Invoice } from './read-invoice.js';
import { dropReadings, prepareReadings, readInvoices } from './read-invoices.js';

type Issued = 'issued_documents.invoices.create';

/** What has been read for an event, and the key of the event. */
interface Prepared {
  key: string;
  invoices: Invoice[];
}

/** Makes the tables of the app, in the file of the inbox. Nothing in them keeps an invoice from being entered twice. */
export async function prepareInvoices(inbox: SqliteInbox): Promise<void> {
  await inbox.transaction((tx) => {
    tx.exec(
      'CREATE TABLE IF NOT EXISTS issued_invoices (company INTEGER, id INTEGER, number INTEGER, amount REAL)',
    );
    prepareReadings(tx);
  });
}

/** What was entered, the last hundred. */
export function listInvoices(inbox: SqliteInbox): Promise<Invoice[]> {
  return inbox.transaction((tx) =>
    tx.all<Invoice>('SELECT company, id, number, amount FROM issued_invoices ORDER BY rowid DESC LIMIT 100'),
  );
}

/** Enters each issued invoice once, whatever dies and however often the event comes. */
export function enterInvoices(inbox: SqliteInbox, config: Config): FicEventHandler<Issued> {
  return inbox.transactional<Issued, Prepared>({
    // What takes time, without a transaction around it. It may run more than once: it enters nothing.
    async prepare(event, context) {
      if (context.delivery === undefined)
        throw new Error('There is no delivery: this app works from an inbox.');
      const { key } = context.delivery;
      return { key, invoices: await readInvoices({ inbox, config, key, event, context }) };
    },
    // The effect. It is committed together with the mark that this handler is done with the event: both, or neither.
    apply(tx, { key, invoices }) {
      const insert = tx.prepare('INSERT INTO issued_invoices VALUES (:company, :id, :number, :amount)');
      for (const { company, id, number, amount } of invoices) {
        insert.run({ company, id, number, amount });
        console.log(`entering invoice ${id} of company ${company}`);
      }
      dropReadings(tx, key);
    },
  });
}
