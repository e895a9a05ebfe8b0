import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver, type FicEvent, type FicReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { onTestFinished } from 'vitest';
import { applicationId } from './start-engine.js';

/** A real receiver, as an application would have it. */
export interface TestReceiver {
  readonly url: string;
  readonly receiver: FicReceiver;
  /** What reached the handlers. */
  readonly handled: FicEvent[];
}

/** Starts a receiver that trusts the key of an emulator, with handlers for clients and the cash book. */
export async function startReceiver(publicKey: string, query = ''): Promise<TestReceiver> {
  const server = createServer((request, response) => handler(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/fic${query}`;
  const handled: FicEvent[] = [];
  const receiver = createReceiver({
    sink: url,
    applicationId,
    publicKeys: publicKey,
    allowHttpSink: true,
    logger: false,
    handlers: {
      'entities.clients.*': async (event) => {
        handled.push(event);
      },
      'cashbook.*': async (event) => {
        handled.push(event);
      },
    },
  });
  const handler = createNodeHandler(receiver);
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url, receiver, handled };
}
