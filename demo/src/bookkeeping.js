import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * A service behind the app that is down for its first request, as services are.
 *
 * @returns {Promise<{ url: string, received: () => number, close: () => void }>}
 */
export async function startBookkeeping() {
  let received = 0;
  const server = createServer((request, response) => {
    request.resume().on('end', () => {
      received++;
      response.writeHead(received === 1 ? 503 : 204).end();
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port could be had.');
  return { url: `http://127.0.0.1:${address.port}/`, received: () => received, close: () => server.close() };
}
