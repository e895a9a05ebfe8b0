import type { FicContext, FicEvent } from '@fic-webhooks/express';
import type { SqliteInbox, SqliteTransaction } from '@fic-webhooks/sqlite';
import type { Config } from './config.js';
import { type Invoice, readInvoice } from './read-invoice.js';

/** Milliseconds after which an attempt reads no more, and leaves the rest to the next one: a handler may run for a minute. */
const readsFor = 45_000;

/** The table of what has been read for events that are not done yet, in the file of the inbox. */
export function prepareReadings(tx: SqliteTransaction): void {
  tx.exec(
    'CREATE TABLE IF NOT EXISTS invoice_readings (event TEXT, id INTEGER, invoice TEXT, read_at INTEGER, PRIMARY KEY (event, id))',
  );
}

/**
 * Reads the invoices of an event, without those that have been deleted. Each reading is kept in the file: an attempt goes on
 * where the one before it was stopped, by a quota, by its time or by the end of the process. Else an event with more ids than
 * a quota allows would begin anew with every attempt, and use up the quota for ever.
 *
 * @throws Error when there is more to read.
 */
export async function readInvoices(options: {
  inbox: SqliteInbox;
  config: Config;
  /** The same in every attempt. */
  key: string;
  event: FicEvent<'issued_documents.invoices.create'>;
  context: FicContext;
}): Promise<Invoice[]> {
  const { inbox, config, key, event, context } = options;
  const { companyId: company, ids } = event;
  const { accessToken, apiUrl } = config;
  if (accessToken === undefined) return ids.map((id) => ({ company, id, number: null, amount: null }));

  const until = performance.now() + readsFor;
  const readings = await inbox.transaction((tx) => loadReadings(tx, key));
  for (const id of ids) {
    if (readings.has(id)) continue;
    if (performance.now() > until) {
      // An attempt that has come this far has not failed: none is used up by it.
      context.retryAfter(1);
      throw new Error(`${readings.size} of ${ids.length} invoices have been read so far.`);
    }
    const invoice = await readInvoice({ apiUrl, accessToken, company, id, context });
    await inbox.transaction((tx) => keepReading(tx, { key, id, invoice }));
    readings.set(id, invoice);
  }
  // Deleted in the meantime: there is nothing to enter, and no retry would change that.
  return [...readings.values()].filter((invoice) => invoice !== undefined);
}

/** For the transaction in which the event is done. */
export function dropReadings(tx: SqliteTransaction, key: string): void {
  tx.run('DELETE FROM invoice_readings WHERE event = ?', [key]);
}

function loadReadings(tx: SqliteTransaction, key: string): Map<number, Invoice | undefined> {
  // What a discarded event has left. No event waits for longer than the longest quota lasts, which is a month.
  tx.exec('DELETE FROM invoice_readings WHERE read_at < unixepoch() - 60 * 24 * 60 * 60');
  const rows = tx.all<{ id: number; invoice: string }>(
    'SELECT id, invoice FROM invoice_readings WHERE event = ? ORDER BY rowid',
    [key],
  );
  return new Map(rows.map(({ id, invoice }) => [id, JSON.parse(invoice) ?? undefined]));
}

function keepReading(
  tx: SqliteTransaction,
  { key, id, invoice }: { key: string; id: number; invoice: Invoice | undefined },
): void {
  tx.run('INSERT OR REPLACE INTO invoice_readings VALUES (?, ?, ?, unixepoch())', [
    key,
    id,
    JSON.stringify(invoice ?? null),
  ]);
}
