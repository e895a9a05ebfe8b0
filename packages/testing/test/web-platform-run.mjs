/**
 * Runs the suite against core in this process, and prints the cases that do not pass as JSON. Started with the condition
 * under which core takes its web-standard platform in place of that of Node.js.
 */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { createTestKeyPair, runConformance, sendOverHttp } from '@fic-webhooks/testing';

const sink = 'https://example.com/webhooks/fic';
const { privateKey, publicKey } = createTestKeyPair();
const handled = [];
let failing = false;
const receiver = createReceiver({
  sink,
  applicationId: 1234,
  publicKeys: publicKey,
  logger: false,
  handlers: {
    '*': async (event) => {
      if (failing) {
        failing = false;
        throw new Error('failed as asked');
      }
      handled.push(event);
    },
  },
});
const server = createServer(createNodeHandler(receiver)).listen(0, '127.0.0.1');
await once(server, 'listening');
const results = await runConformance({
  sink,
  privateKey,
  send: sendOverHttp(`http://127.0.0.1:${server.address().port}/`),
  handled: () => handled,
  failNext: () => {
    failing = true;
  },
});
server.close();
const passed = results.filter(({ result }) => result === 'pass').length;
process.stdout.write(JSON.stringify({ passed, others: results.filter(({ result }) => result !== 'pass') }));
