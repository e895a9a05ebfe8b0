import { once } from 'node:events';
import { createServer } from 'node:http';
import { answerParent } from '../harness/child.js';

/**
 * @typedef {object} SinkRequest
 * @property {number} notifications - Answers when so many have come since the last time.
 */

/**
 * @typedef {object} SinkAnswer
 * @property {number} port
 */

/** A sink answers at once, or never. It echoes the challenge, and looks at nothing else. */
const hangs = process.argv[2] === 'hangs';
let received = 0;
/** @type {() => void} */
let onReceived = () => {};

const server = createServer((request, response) => {
  const challenge = request.headers['x-fic-verification-challenge'];
  if (challenge !== undefined) {
    response.setHeader('content-type', 'application/json').end(JSON.stringify({ verification: challenge }));
    return;
  }
  request.resume();
  if (hangs) return;
  response.writeHead(204).end();
  received++;
  onReceived();
}).listen({ port: 0, host: '127.0.0.1', backlog: 511 });
await once(server, 'listening');

answerParent(async (/** @type {SinkRequest} */ { notifications }) => {
  await new Promise((resolve) => {
    onReceived = () => {
      if (received >= notifications) resolve(undefined);
    };
    onReceived();
  });
  received -= notifications;
  const address = server.address();
  return { port: typeof address === 'object' ? (address?.port ?? 0) : 0 };
});
