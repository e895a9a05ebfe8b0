import { createServer, type Server, type ServerOptions } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from 'vitest';
import type { FicEvent } from '../../src/events/fic-event.js';
import { createNodeHandler } from '../../src/node/create-node-handler.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import type { ReceiverOptions } from '../../src/receiver/receiver-options.js';
import { applicationId, signingKey, sink } from '../support/sign-token.js';

/** A server on a port of its own, with the handler under test and nothing else. */
export interface Endpoint {
  readonly port: number;
  readonly server: Server;
  /** Events that reached the handler. */
  readonly events: FicEvent[];
  /** Lines that the logger was given. */
  readonly lines: string[];
  close(): Promise<void>;
}

const open = new Set<Endpoint>();

afterEach(async () => {
  await Promise.all([...open].map((endpoint) => endpoint.close()));
});

/** Starts an endpoint, which ends with the test. */
export async function startEndpoint(
  options: Partial<ReceiverOptions> = {},
  serverOptions: ServerOptions = {},
): Promise<Endpoint> {
  const events: FicEvent[] = [];
  const lines: string[] = [];
  const log = (line: string) => {
    lines.push(line);
  };
  const receiver = createReceiver({
    sink,
    applicationId,
    publicKeys: signingKey.pem,
    logger: { warn: log, error: log },
    ...options,
  }).on('*', (event) => {
    events.push(event);
  });
  const server = createServer(serverOptions, createNodeHandler(receiver));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const endpoint: Endpoint = {
    port: (server.address() as AddressInfo).port,
    server,
    events,
    lines,
    async close() {
      open.delete(endpoint);
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  open.add(endpoint);
  return endpoint;
}
