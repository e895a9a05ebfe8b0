import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FicReceiver } from '@fic-webhooks/nestjs';
import { getFicReceiverToken } from '@fic-webhooks/nestjs';
import type { INestApplicationContext } from '@nestjs/common';
import { Lifecycle } from './lifecycle.js';

/** Whatever happens, the process is gone after this many milliseconds: most platforms kill it after 30 seconds. */
const exitWithin = 25_000;

/**
 * Milliseconds after which one more signal is taken for impatience. With npm, Ctrl+C may give the app two signals at once: that of
 * the terminal, and the same once more from npm.
 */
const impatientAfter = 1_000;

/** What is shut down beside the app. */
interface Options {
  server: Server;
  /** Milliseconds. */
  drainDelay: number;
}

/**
 * Shuts either process down in order on SIGTERM and SIGINT. One more signal, a second later or after that, exits at once. In
 * place of `app.enableShutdownHooks()`, which begins to close at once and leaves a load balancer no time to notice.
 */
export function shutDownOnSignal(app: INestApplicationContext, options: Options): void {
  const lifecycle = app.get(Lifecycle);
  // While the process shuts down, every answer asks the client to leave the connection. On the server, as no middleware
  // of the app sees the requests of the webhook.
  options.server.prependListener('request', (_request, response) => {
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
    shutDown(app, options).then(
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

async function shutDown(app: INestApplicationContext, { server, drainDelay }: Options): Promise<void> {
  // 1. Not ready any more, still answering: the load balancer needs a moment to notice.
  await delay(drainDelay);
  // 2. In the web process, what is being stored is stored, and what comes now is answered 503: the server still listens, as a
  // connection that is refused is no answer. In the worker nothing new is begun, handlers that run may finish, and what they
  // cannot finish goes to another worker. Then the connections to the store are closed.
  await app.get<FicReceiver>(getFicReceiverToken()).close({ deadline: 15_000 });
  // 3. No new connections; idle ones are closed, and what is left of the others after a second.
  const closed = once(server, 'close');
  server.close();
  server.closeIdleConnections();
  await Promise.race([closed, delay(1_000)]);
  server.closeAllConnections();
  // 4. The rest of the app: its own connections to PostgreSQL, and what you add.
  await app.close();
}
