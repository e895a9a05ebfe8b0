import { createReceiver, type FicContext, type FicReceiver } from '@fic-webhooks/express';
import type { SqliteInbox } from '@fic-webhooks/sqlite';
import type { Config } from './config.js';
import { enterInvoices } from './invoices.js';

/**
 * The receiver and its handlers. Each event is answered when it is stored, so handlers may be slow, and may fail. One that
 * fails runs again, also after a crash: handlers must be idempotent, or have effects in the file only, as `invoices.ts` has.
 */
export function createWebhookReceiver(config: Config, inbox: SqliteInbox): FicReceiver {
  const receiver = createReceiver({
    sink: config.sink,
    applicationId: config.applicationId,
    ...(config.publicKey && { publicKeys: config.publicKey }),
    inbox,
    onAlert: (alert) => console.error(`ALERT ${alert.code}`),
    onError: (error, { event, handler, attempt }) =>
      console.error(`${handler} failed on ${event.id}, attempt ${attempt}:`, error),
  });

  receiver.on('entities.clients.*', async (event, context) => {
    // The event carries ids only: read the present state of each through the API.
    for (const id of event.ids) console.log(`client ${id} of company ${event.companyId}: ${event.action}`);
    if (config.crmUrl) await passOn(config.crmUrl, event, context);
  });

  receiver.on('issued_documents.invoices.create', enterInvoices(inbox, config));

  receiver.on('subscriptions.welcome', (event) => {
    console.log(`the subscription of company ${event.companyId} is live`);
  });

  return receiver;
}

/** A failure here fails the event: it comes again after a second, then after two, and so on for hours. */
async function passOn(url: string, event: object, { signal }: FicContext): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    // Followed, a redirect would mostly turn the POST into a GET without the event, and its answer would count as success.
    redirect: 'error',
    signal,
  });
  if (!response.ok) throw new Error(`The CRM answered ${response.status}.`);
}
