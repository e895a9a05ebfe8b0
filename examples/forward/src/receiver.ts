import { createReceiver, type FicReceiver } from '@fic-webhooks/express';
import type { Config } from './config.js';
import { createForward } from './forward.js';

/** The receiver, whose one handler passes every event on, those of types that this version does not know among them. */
export function createWebhookReceiver(config: Config): FicReceiver {
  const forward = createForward(config.forwardUrl);
  const receiver = createReceiver({
    sink: config.sink,
    applicationId: config.applicationId,
    ...(config.publicKey && { publicKeys: config.publicKey }),
    onAlert: (alert) => console.error(`ALERT ${alert.code}`),
    onError: (error, { event }) => console.error(`not passed on: ${event.name} ${event.id}:`, error),
  });

  // A failure here fails the event: the answer is 500, and Fatture in Cloud sends it again.
  receiver.on('*', async (event, { signal }) => {
    await forward(event, signal);
    console.log(`passed on: ${event.name} ${event.id}`);
  });

  return receiver;
}
