import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createReceiver, type FicEvent, type ReceiverOptions } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { onTestFinished } from 'vitest';

/** Starts a server on loopback, until the end of the test. */
export async function startServer(listener: RequestListener, port = 0): Promise<string> {
  const server = createServer(listener).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** A request as it came. */
export interface RecordedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** What a recorder answers. */
export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** Starts a server that writes down everything that comes. */
export async function startRecorder(
  answer: (request: RecordedRequest) => Answer = () => ({ status: 204 }),
): Promise<{ url: string; requests: RecordedRequest[] }> {
  const requests: RecordedRequest[] = [];
  const url = await startServer(async (request, response) => {
    const recorded = {
      method: request.method ?? '',
      url: request.url ?? '',
      headers: request.headers,
      body: await text(request),
    };
    requests.push(recorded);
    const { status, headers = {}, body = '' } = answer(recorded);
    response.writeHead(status, headers).end(body);
  });
  return { url, requests };
}

/** Starts an app with a receiver of core. Its sink is its URL, unless told otherwise. */
export async function startReceiver(
  publicKey: string,
  {
    before,
    ...options
  }: Partial<ReceiverOptions> & { before?: (request: IncomingMessage) => Answer | undefined } = {},
): Promise<{ sink: string; events: FicEvent[] }> {
  const events: FicEvent[] = [];
  let handle: RequestListener = () => {};
  const origin = await startServer((request, response) => {
    const other = before?.(request);
    if (other === undefined) handle(request, response);
    else response.writeHead(other.status, other.headers).end(other.body);
  });
  const sink = `${origin}/webhooks/fic`;
  const receiver = createReceiver({
    sink,
    applicationId: 1234,
    publicKeys: publicKey,
    logger: false,
    handlers: { '*': (event) => void events.push(event) },
    ...options,
  });
  handle = createNodeHandler(receiver);
  return { sink, events };
}
