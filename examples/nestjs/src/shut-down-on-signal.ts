import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FicReceiver } from '@fic-webhooks/nestjs';
import { getFicReceiverToken } from '@fic-webhooks/nestjs';
import type { INestApplication } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

/** Whatever happens, the process is gone after this many milliseconds: most platforms kill it after 30 seconds. */
const exitWithin = 25_000;

/**
 * Milliseconds after which one more signal is taken for impatience. With npm, Ctrl+C may give the app two signals at once: that of
 * the terminal, and the same once more from npm.
 */
const impatientAfter = 1_000;

/**
 * Shuts down in order on SIGTERM and SIGINT. One more signal, a second later or after that, exits at once. In place of
 * `app.enableShutdownHooks()`, which begins to close at once and leaves a load balancer no time to notice.
 */
export function shutDownOnSignal(app: INestApplication<Server>, drainDelay: number): void {
  const lifecycle = app.get(Lifecycle);
  // While the app shuts down, every answer asks the client to leave the connection. On the server, as no middleware of the
  // app sees the requests of the webhook.
  app.getHttpServer().prependListener('request', (_request, response) => {
    if (lifecycle.draining) response.setHeader('connection', 'close');
  });
  let impatientFrom = Number.POSITIVE_INFINITY;
  const onSignal = (signal: string) => {
    if (performance.now() >= impatientFrom) process.exit(1);
    if (lifecycle.draining) return;
    lifecycle.draining = true;
    impatientFrom = performance.now() + impatientAfter;
    console.log(`${signal}: shutting down`);
    setTimeout(() => process.exit(1), exitWithin).unref();
    shutDown(app, drainDelay).then(
      () => process.exit(0),
      (error) => {
        console.error(error);
        process.exit(1);
      },
    );
  };
  process.on('SIGTERM', onSignal);
  process.on('SIGINT', onSignal);
}

async function shutDown(app: INestApplication<Server>, drainDelay: number): Promise<void> {
  // 1. Not ready any more, still answering: the load balancer needs a moment to notice.
  await delay(drainDelay);
  // 2. Handlers that run may finish. What comes now is answered 503, and Fatture in Cloud tries again.
  const receivers = ['default', 'guarded'].map((name) => app.get<FicReceiver>(getFicReceiverToken(name)));
  await Promise.all(receivers.map((receiver) => receiver.close({ deadline: 15_000 })));
  // 3. No new connections; idle ones are closed, and what is left of the others after a second.
  setTimeout(() => app.getHttpServer().closeAllConnections(), 1_000).unref();
  await app.close();
}
