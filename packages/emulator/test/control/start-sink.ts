import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver that is verified, and answers events with a status that can be changed. */
export interface TestSink {
  readonly url: string;
  status: number;
  close(): Promise<void>;
}

/** Starts a sink on a free port. */
export async function startSink(): Promise<TestSink> {
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      if (request.method === 'GET') {
        const challenge =
          request.headers['x-fic-verification-challenge'] ??
          new URL(request.url ?? '/', 'http://sink').searchParams.get('x-fic-verification-challenge');
        response.writeHead(200, { 'Content-Type': 'application/json' });
        response.end(JSON.stringify({ verification: challenge }));
      } else {
        response.writeHead(sink.status).end();
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const sink: TestSink = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/fic`,
    status: 204,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}
