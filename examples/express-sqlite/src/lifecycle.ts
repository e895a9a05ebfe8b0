import { once } from 'node:events';
import type { Server } from 'node:http';
import { setTimeout as delay } from 'node:timers/promises';
import type { FicReceiver } from '@fic-webhooks/express';

/** Whatever happens, the process is gone after this many milliseconds: most platforms kill it after 30 seconds. */
const exitWithin = 25_000;

/**
 * Milliseconds after which one more signal is taken for impatience. With npm, Ctrl+C may give the app two signals at once: that of
 * the terminal, and the same once more from npm.
 */
const impatientAfter = 1_000;

/** Whether the app still wants traffic. */
export interface Lifecycle {
  draining: boolean;
}

/** Shuts down in order on SIGTERM and SIGINT. One more signal, a second later or after that, exits at once. */
export function shutDownOnSignal(options: {
  server: Server;
  receiver: FicReceiver;
  lifecycle: Lifecycle;
  drainDelay: number;
}): void {
  let impatientFrom = Number.POSITIVE_INFINITY;
  const onSignal = (signal: string) => {
    if (performance.now() >= impatientFrom) process.exit(1);
    if (options.lifecycle.draining) return;
    impatientFrom = performance.now() + impatientAfter;
    console.log(`${signal}: shutting down`);
    setTimeout(() => process.exit(1), exitWithin).unref();
    shutDown(options).then(
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

async function shutDown({
  server,
  receiver,
  lifecycle,
  drainDelay,
}: Parameters<typeof shutDownOnSignal>[0]): Promise<void> {
  // 1. Not ready any more, still answering: the load balancer needs a moment to notice.
  lifecycle.draining = true;
  await delay(drainDelay);
  // 2. Idle connections are closed. The worker takes nothing new, its handlers may finish, and the file is closed; the rest is
  //    there at the next start. What comes now is answered 503, and Fatture in Cloud tries again: the server still listens,
  //    as a connection that is refused is no answer.
  server.closeIdleConnections();
  await receiver.close({ deadline: 15_000 });
  // 3. No new connections; what is left of the others is closed after a second.
  const closed = once(server, 'close');
  server.close();
  await Promise.race([closed, delay(1_000)]);
  server.closeAllConnections();
}
