import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { onTestFinished } from 'vitest';

/** A receiver that believes everything, and writes down what comes. */
export interface Sink {
  readonly url: string;
  /** The `ce-id` of each notification that was answered, welcome excluded. */
  readonly ids: string[];
  /** The bodies of the same. */
  readonly bodies: string[];
  /** How many events came, whether answered or not. */
  arrived(): number;
}

/** How a sink is. */
export interface SinkOptions {
  /** Default a free one. */
  port?: number;
  /** Answers an event; `answer` ends it with 204. Default at once. */
  onEvent?: (answer: () => void, response: ServerResponse) => void;
  /** Default always. */
  echoesChallenge?: () => boolean;
  /** What a challenge waits for. Default nothing. */
  beforeChallenge?: () => Promise<void>;
}

/** Starts a receiver on loopback, until the end of the test. */
export async function startSink({
  port = 0,
  onEvent = (answer) => answer(),
  echoesChallenge = () => true,
  beforeChallenge = async () => {},
}: SinkOptions = {}): Promise<Sink> {
  const ids: string[] = [];
  const bodies: string[] = [];
  let arrived = 0;
  const server = createServer(async (request, response) => {
    const { 'x-fic-verification-challenge': challenge, 'ce-type': type, 'ce-id': id } = request.headers;
    if (request.method === 'GET') {
      await beforeChallenge();
      response.statusCode = echoesChallenge() ? 200 : 404;
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ verification: challenge }));
      return;
    }
    let body = '';
    request.on('data', (chunk) => {
      body += String(chunk);
    });
    request.on('end', () => {
      const finish = () => response.writeHead(204).end();
      if (String(type).endsWith('.welcome')) {
        finish();
        return;
      }
      arrived++;
      onEvent(() => {
        ids.push(String(id));
        bodies.push(body);
        finish();
      }, response);
    });
  });
  server.listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port: bound } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${bound}/webhooks/fic`, ids, bodies, arrived: () => arrived };
}
