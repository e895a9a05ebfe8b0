import { readdir } from 'node:fs/promises';

/**
 * How each example is checked: what its README says, as data.
 *
 * @typedef {object} Example An app that receives notifications.
 * @property {string} name Its folder in `examples/`.
 * @property {readonly string[]} scripts Of its package.json, that check or build it.
 * @property {readonly string[]} server The arguments of Node.js that start it, for a platform that sends signals.
 * @property {string} [ready] What it says when it listens. Default `listening`.
 * @property {number} [accepted] How it answers an event. Default 204.
 * @property {string} said What it says of a client that was created, with the id 77.
 * @property {boolean} drains Whether it has a shutdown of its own: readiness, drain, second signal.
 * @property {Call} [calls] Whom a handler calls, so that it can be kept waiting, or sent elsewhere. Those of some examples call
 *   nobody.
 * @property {Companion} [companion] What must run beside it.
 * @property {RegExp} [exceptions] Cases of the suite that fail, as the framework answers them or changes the request.
 *
 * @typedef {object} Call
 * @property {string} variable What tells the example where: a variable of the environment.
 * @property {string} event The event whose handler calls.
 *
 * @typedef {object} Companion
 * @property {readonly string[]} server The arguments of Node.js.
 * @property {(port: number) => Record<string, string>} env What it and the example are told.
 * @property {number} [accepted] How it answers an event. Default 204.
 * @property {string} said What it says of the same client.
 *
 * @typedef {object} ScriptExample Scripts that are run by hand.
 * @property {string} name
 * @property {readonly { script: string, said: readonly string[] }[]} runs In this order, and what each of them says.
 */

const withTsx = ['--import', 'tsx', 'src/server.ts'];
const client = 'client 77 of company 108061: create';
/** @type {Call} */
const bookkeeping = { variable: 'BOOKKEEPING_URL', event: 'issued_documents.invoices.create' };

/** @type {readonly Example[]} */
export const examples = [
  {
    name: 'nextjs',
    scripts: ['build'],
    server: ['node_modules/next/dist/bin/next', 'start'],
    ready: 'Ready in',
    said: client,
    drains: false,
    calls: bookkeeping,
    // Next.js answers for methods that a route does not export, and leaves out a second Authorization header.
    exceptions: /^(method: .*|token: two Authorization headers|body: 5 MiB)$/,
  },
  {
    name: 'nestjs',
    scripts: ['check:types', 'build'],
    server: ['dist/main.js'],
    said: client,
    drains: true,
  },
  {
    name: 'express',
    scripts: ['check:types'],
    server: withTsx,
    said: client,
    drains: true,
    calls: bookkeeping,
  },
  {
    name: 'fastify',
    scripts: ['check:types'],
    server: withTsx,
    said: client,
    drains: true,
    calls: bookkeeping,
  },
  {
    name: 'hono',
    scripts: ['check:types'],
    server: withTsx,
    said: client,
    drains: true,
    calls: bookkeeping,
    // Behind a Response the sender of a body that was not read to its end may lose the answer: a matter of timing.
    exceptions: /^body: 5 MiB$/,
  },
  {
    name: 'forward',
    scripts: ['check:types'],
    server: withTsx,
    said: 'passed on: entities.clients.create',
    drains: true,
    calls: { variable: 'FORWARD_URL', event: 'entities.clients.create' },
    companion: {
      server: ['--import', 'tsx', 'src/target.ts'],
      env: (port) => ({ TARGET_PORT: String(port), FORWARD_URL: `http://127.0.0.1:${port}/` }),
      said: 'received: it.fattureincloud.webhooks.entities.clients.create of company:108061, {"ids":[77]}',
    },
  },
];

/**
 * Stores events in a file first.
 *
 * @type {Example}
 */
export const sqliteExample = {
  name: 'express-sqlite',
  scripts: ['check:types'],
  server: withTsx,
  accepted: 202,
  said: client,
  drains: true,
  calls: { variable: 'CRM_URL', event: 'entities.clients.create' },
};

/**
 * Stores events in BullMQ first. This is its web process.
 *
 * @type {Example}
 */
export const bullmqExample = {
  name: 'nestjs-bullmq',
  scripts: ['check:types', 'build'],
  server: ['dist/web.js'],
  accepted: 202,
  said: client,
  drains: true,
};

/** @type {readonly ScriptExample[]} */
export const scriptExamples = [
  {
    name: 'subscribe',
    runs: [
      { script: 'subscribe', said: ['To do: create.', 'Done: create. SUB1: ready.'] },
      {
        script: 'subscribe-with-sdk',
        said: ['Nothing had to be done. SUB1: ready.', 'The SDK sees SUB1 with'],
      },
    ],
  },
];

/** Fails for an example that nobody has told here how to check, and for one that is gone. */
export async function checkExampleList() {
  const folders = (await readdir(new URL('../../examples/', import.meta.url))).sort();
  const known = [...examples, sqliteExample, bullmqExample, ...scriptExamples].map(({ name }) => name).sort();
  if (folders.join() === known.join()) return;
  throw new Error(`examples/ holds ${folders.join(', ')}, and examples.js knows ${known.join(', ')}.`);
}
