import { once } from 'node:events';
import { createServer } from 'node:net';

/**
 * Below the range from which systems take the ports of outgoing connections, of which checks make thousands: none of them can
 * take a port between its choice here and the start of the process that is told to use it.
 */
const range = { first: 20_000, last: 31_999 };

let next = range.first + Math.floor(Math.random() * (range.last - range.first));

/**
 * A port of this machine that nobody listens on, for a process that must be told its port. None is given twice in a row.
 *
 * @returns {Promise<number>}
 */
export async function findFreePort() {
  for (let attempt = 0; attempt < 1_000; attempt++) {
    next = next === range.last ? range.first : next + 1;
    const port = next;
    const server = createServer().listen(port, '127.0.0.1');
    try {
      await once(server, 'listening');
    } catch {
      continue;
    }
    server.close();
    await once(server, 'close');
    return port;
  }
  throw new Error('No port could be had.');
}
