import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import type { Emulator } from '../../src/index.js';

/** A server that gets deliveries. */
export interface Sink {
  readonly url: string;
  /** Answers from now on in this way. */
  answerWith(listener: RequestListener): void;
  close(): Promise<void>;
}

/** Starts a server that has to be told how to answer. */
export async function startSink(): Promise<Sink> {
  let current: RequestListener = (_request, response) => response.writeHead(500).end();
  const server = createServer((request, response) => current(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/webhooks/fic`,
    answerWith: (listener) => {
      current = listener;
    },
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Starts a real receiver of the emulator's notifications. */
export async function startReceiver(fic: Emulator): Promise<Sink> {
  const sink = await startSink();
  const receiver = createReceiver({
    sink: sink.url,
    applicationId: 1234,
    publicKeys: fic.publicKey,
    company: () => 'accept',
    logger: false,
  });
  sink.answerWith(createNodeHandler(receiver));
  return {
    ...sink,
    close: async () => {
      await sink.close();
      await receiver.close();
    },
  };
}

/** Echoes the challenge of a verification, and gives everything else to another listener. */
export function verifyThen(listener: RequestListener): RequestListener {
  return (request, response) => {
    const challenge = request.headers['x-fic-verification-challenge'];
    if (request.method !== 'GET' || typeof challenge !== 'string') return listener(request, response);
    response
      .writeHead(200, { 'Content-Type': 'application/json' })
      .end(JSON.stringify({ verification: challenge }));
  };
}
