import { once } from 'node:events';
import { createServer } from 'node:http';

/**
 * The sink of somebody else: it echoes the challenge and takes everything.
 *
 * @returns {Promise<{ url: string, close: () => void }>}
 */
export async function startStrangersSink() {
  const server = createServer((request, response) => {
    const verification = request.headers['x-fic-verification-challenge'];
    request.resume().on('end', () => {
      response.setHeader('content-type', 'application/json').end(JSON.stringify({ verification }));
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('No port could be had.');
  return { url: `http://127.0.0.1:${address.port}/hook`, close: () => server.close() };
}
