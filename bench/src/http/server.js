import { once } from 'node:events';
import { createServer, Server } from 'node:http';
import { setImmediate } from 'node:timers/promises';
import { answerParent } from '../harness/child.js';
import { loadApplication } from './application.js';

/**
 * @typedef {object} ServerRequest
 * @property {'begin' | 'end'} run - Where a run is: its beginning sets the counters to zero.
 */

/**
 * @typedef {object} ServerAnswer
 * @property {number} port - Where the server listens.
 * @property {number} handled - Events that reached the handler since the run began.
 * @property {number} processorTime - Milliseconds, since the run began.
 */

const [framework = '', name = '', publicKey = ''] = process.argv.slice(2);

// Node.js queues a dozen callbacks for each request with it. Early in the life of a process the engine settles on a fast or a
// slow form of it, 40 or 350 ns, by chance and for good. No contender shall win or lose by that.
for (let call = 0; call < 10_000; call++) process.nextTick(() => {});
await setImmediate();

let handled = 0;
let usageBefore = process.cpuUsage();

const createApplication = await loadApplication(framework, name);
const application = await createApplication(publicKey, () => {
  handled++;
});
const server = application instanceof Server ? application : createServer(application);
server.listen({ port: 0, host: '127.0.0.1', backlog: 511 });
await once(server, 'listening');
const address = server.address();
const port = typeof address === 'object' ? (address?.port ?? 0) : 0;

answerParent(async (/** @type {ServerRequest} */ { run }) => {
  if (run === 'begin') {
    handled = 0;
    usageBefore = process.cpuUsage();
  }
  const { user, system } = process.cpuUsage(usageBefore);
  return { port, handled, processorTime: (user + system) / 1000 };
});
