import type { FicEventHandler } from '@fic-webhooks/express';
import type { SqliteInbox } from '@fic-webhooks/sqlite';
import type { Config } from './config.js';
import { type Invoice, readInvoice } from './read-invoice.js';

/** Makes the table of the app, in the file of the inbox. Nothing in it would keep an invoice from being entered twice. */
export async function prepareInvoices(inbox: SqliteInbox): Promise<void> {
  await inbox.transaction((tx) =>
    tx.exec(
      'CREATE TABLE IF NOT EXISTS issued_invoices (company INTEGER, id INTEGER, number INTEGER, amount REAL)',
    ),
  );
}

/** What was entered, the last hundred. */
export function listInvoices(inbox: SqliteInbox): Promise<Invoice[]> {
  return inbox.transaction((tx) =>
    tx.all<Invoice>('SELECT company, id, number, amount FROM issued_invoices ORDER BY rowid DESC LIMIT 100'),
  );
}

/** Enters each issued invoice once, whatever dies and however often the event comes. */
export function enterInvoices(
  inbox: SqliteInbox,
  config: Config,
): FicEventHandler<'issued_documents.invoices.create'> {
  return inbox.transactional<'issued_documents.invoices.create', Invoice[]>({
    // What takes time, without a transaction. It may run more than once: it only reads.
    async prepare({ companyId, ids }, context) {
      const invoices: Invoice[] = [];
      for (const id of ids) {
        const invoice = await readInvoice({ config, companyId, id, context });
        // Deleted in the meantime: there is nothing to enter, and no retry would change that.
        if (invoice !== undefined) invoices.push(invoice);
      }
      return invoices;
    },
    // The effect. It is committed together with the mark that this handler is done with the event: both, or neither.
    apply(tx, invoices) {
      const insert = tx.prepare('INSERT INTO issued_invoices VALUES (:company, :id, :number, :amount)');
      for (const { company, id, number, amount } of invoices) {
        insert.run({ company, id, number, amount });
        console.log(`entering invoice ${id} of company ${company}`);
      }
    },
  });
}
