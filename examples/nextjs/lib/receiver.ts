import { createReceiver, type FicReceiver } from '@fic-webhooks/fetch';
import type { Config } from './config';

/** The receiver and its handlers. Handlers must be idempotent: after a failure all of them run again. */
export function createWebhookReceiver(config: Config): FicReceiver {
  const receiver = createReceiver({
    sink: config.sink,
    applicationId: config.applicationId,
    ...(config.publicKey && { publicKeys: config.publicKey }),
    onAlert: (alert) => console.error(`ALERT ${alert.code}`),
    onError: (error, { event, handler }) => console.error(`${handler} failed on ${event.id}:`, error),
  });

  receiver.on('entities.clients.*', (event) => {
    // The event carries ids only: read the present state of each through the API.
    for (const id of event.ids) console.log(`client ${id} of company ${event.companyId}: ${event.action}`);
  });

  receiver.on('issued_documents.invoices.create', async (event, { signal }) => {
    for (const id of event.ids) console.log(`invoice ${id} of company ${event.companyId} was issued`);
    if (config.bookkeepingUrl) await passOn(config.bookkeepingUrl, event, signal);
  });

  receiver.on('cashbook.*', (event) => {
    // Cashbook ids are strings.
    console.log(`cashbook entries ${event.ids.join(', ')}: ${event.action}`);
  });

  receiver.on('subscriptions.welcome', (event) => {
    console.log(`the subscription of company ${event.companyId} is live`);
  });

  return receiver;
}

/** A failure here fails the event: the answer is 500, and Fatture in Cloud sends it again. */
async function passOn(url: string, event: object, signal: AbortSignal): Promise<void> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(event),
    // Followed, a redirect would mostly turn the POST into a GET without the event, and its answer would count as success.
    redirect: 'error',
    signal,
  });
  if (!response.ok) throw new Error(`The bookkeeping service answered ${response.status}.`);
}
