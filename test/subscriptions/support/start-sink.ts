import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A receiver on a real port. */
export interface Sink {
  readonly url: string;
  /** False: verification requests are answered with 404, as by a route that is not there. */
  echoes: boolean;
  /** Verification requests that came. */
  readonly challenges: number;
  close(): Promise<void>;
}

/** Starts a receiver that echoes challenges and takes every notification. */
export async function startSink(path = '/webhooks/fic'): Promise<Sink> {
  let challenges = 0;
  const server = createServer((request, response) => {
    request.resume();
    if (request.method !== 'GET') return response.writeHead(204).end();
    challenges += 1;
    const name = 'x-fic-verification-challenge';
    const challenge =
      request.headers[name] ?? new URL(request.url ?? '', 'http://sink').searchParams.get(name);
    if (!sink.echoes) return response.writeHead(404).end();
    return response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify({ verification: challenge }));
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const sink: Sink = {
    url: `http://127.0.0.1:${port}${path}`,
    echoes: true,
    get challenges() {
      return challenges;
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}
