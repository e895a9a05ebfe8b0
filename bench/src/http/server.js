import { once } from 'node:events';
import { createServer } from 'node:http';
import { answerParent } from './child.js';
import { listenerFactories } from './listeners.js';

/**
 * @typedef {object} ServerRequest
 * @property {'open' | 'close'} action - A server is opened afresh for every run, so that it remembers no event.
 */

/**
 * @typedef {object} ServerAnswer
 * @property {number} port - Where the server listens.
 * @property {number} handled - Events that reached the handler since it was opened.
 * @property {number} processorTime - Milliseconds, since it was opened.
 */

const [name = '', publicKey = ''] = process.argv.slice(2);
const createListener = listenerFactories[name];
if (createListener === undefined) throw new Error(`No server is called ${name}.`);

let server = createServer();
let handled = 0;
let usageWhenOpened = process.cpuUsage();

answerParent(async (/** @type {ServerRequest} */ { action }) => {
  if (action === 'open') await open();
  const { user, system } = process.cpuUsage(usageWhenOpened);
  const address = server.address();
  const port = typeof address === 'object' ? (address?.port ?? 0) : 0;
  if (action === 'close') {
    server.close();
    server.closeAllConnections();
  }
  return { port, handled, processorTime: (user + system) / 1000 };
});

async function open() {
  handled = 0;
  const listener = await createListener?.(publicKey, () => {
    handled++;
  });
  server = createServer(listener).listen({ port: 0, host: '127.0.0.1', backlog: 511 });
  await once(server, 'listening');
  usageWhenOpened = process.cpuUsage();
}
