import { createServer, type IncomingHttpHeaders, type RequestListener, type ServerResponse } from 'node:http';
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** A request as a sink got it. */
export interface ReceivedRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  readonly rawHeaders: readonly string[];
  readonly body: string;
  /** On the wall clock. */
  readonly at: number;
}

/** How a sink answers: a status, or anything. `count` is 1 for the first request. */
export type SinkAnswering = (
  request: ReceivedRequest,
  response: ServerResponse,
  count: number,
) => number | undefined | Promise<number | undefined>;

/** A sink for the running test, with what it has received. */
export interface Sink {
  readonly url: string;
  readonly received: ReceivedRequest[];
}

/** Starts a sink that answers with the statuses given, the last of them for ever, or as a function says. */
export async function startSink(
  answer: number | readonly number[] | SinkAnswering = 204,
  path = '/webhooks/fic',
): Promise<Sink> {
  const received: ReceivedRequest[] = [];
  const statuses = typeof answer === 'number' ? [answer] : answer;
  const listener: RequestListener = async (request, response) => {
    const chunks: Buffer[] = [];
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer);
    } catch {
      return;
    }
    const { method = '', url = '', headers, rawHeaders } = request;
    const body = Buffer.concat(chunks).toString();
    const got = { method, url, headers, rawHeaders, body, at: Date.now() };
    received.push(got);
    const count = received.length;
    const status =
      typeof statuses === 'function'
        ? await statuses(got, response, count)
        : (statuses[Math.min(count, statuses.length) - 1] ?? 500);
    if (status !== undefined) response.writeHead(status).end();
  };
  const server = createServer(listener);
  const origin = await listenForTest(server, () => server.closeAllConnections());
  return { url: `${origin}${path}`, received };
}

/** A server that speaks whatever it likes, and the connections that it has now. */
export interface RawSink {
  readonly url: string;
  readonly port: number;
  readonly open: Set<Socket>;
  /** Connections accepted so far. */
  connections(): number;
}

/** Starts a server below HTTP: `talk` gets each connection. */
export async function startRawSink(talk: (socket: Socket) => void): Promise<RawSink> {
  const open = new Set<Socket>();
  let connections = 0;
  const server = createRawServer((socket) => {
    connections++;
    open.add(socket);
    socket.on('error', () => {}).on('close', () => open.delete(socket));
    talk(socket);
  });
  const origin = await listenForTest(server, () => {
    for (const socket of open) socket.destroy();
  });
  return {
    url: `${origin}/webhooks/fic`,
    port: Number(new URL(origin).port),
    open,
    connections: () => connections,
  };
}

async function listenForTest(server: Server, breakConnections: () => void): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    breakConnections();
    server.close();
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}
