import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { loadApplication } from './application.js';
import { answerParent } from './child.js';

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

const [framework = '', name = '', publicKey = ''] = process.argv.slice(2);
const createApplication = await loadApplication(framework, name);

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
  const application = await createApplication(publicKey, () => {
    handled++;
  });
  server = application instanceof Server ? application : createServer(application);
  server.listen({ port: 0, host: '127.0.0.1', backlog: 511 });
  await once(server, 'listening');
  usageWhenOpened = process.cpuUsage();
}
