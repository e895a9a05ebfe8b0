import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that a sink got. */
interface SinkRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: NodeJS.Dict<string | string[]>;
}

/** A receiver on a real port. */
export interface Sink {
  readonly url: string;
  readonly requests: readonly SinkRequest[];
  /** False: verification requests are answered with 404, as by a route that is not there. */
  echoes: boolean;
  /** The status of answers to notifications. */
  status: number;
  close(): Promise<void>;
}

/** Starts a receiver that echoes challenges and takes every notification. */
export async function startSink(): Promise<Sink> {
  const requests: SinkRequest[] = [];
  const server = createServer((request, response) => {
    request.resume();
    const { method = '', url = '', headers } = request;
    requests.push({ method, url, headers });
    if (method !== 'GET') return response.writeHead(sink.status).end();
    const challenge =
      headers['x-fic-verification-challenge'] ??
      new URL(url, 'http://sink').searchParams.get('x-fic-verification-challenge');
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
    url: `http://127.0.0.1:${port}/webhooks/fic`,
    requests,
    echoes: true,
    status: 204,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return sink;
}
