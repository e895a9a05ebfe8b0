/**
 * What is tried: each group is a framework or a runtime, and each combination of its values is a row of the matrix.
 *
 * @typedef {object} Version
 * @property {readonly string[]} packages What npm installs beside our packages.
 * @property {'esm' | 'commonjs'} [modules] What the program is compiled to. Default `esm`.
 *
 * @typedef {object} Exception
 * @property {string} why
 * @property {(values: Readonly<Record<string, string>>) => boolean} [when] For which rows. Default all of the group.
 * @property {RegExp} cases The names of the cases in which the answer may differ.
 * @property {readonly string[]} differs What may differ: `status`, `body`, the name of a header, or `answers` when one may be
 *   lost.
 * @property {RegExp} [fails] The case itself may fail, as the runtime or another parser leaves too little of the request: what
 *   the suite then says.
 * @property {true} [sometimes] Whether it is needed is a matter of timing.
 *
 * @typedef {object} Group
 * @property {string} name
 * @property {readonly string[]} start The arguments of the runtime: first of all the program, from `endpoints/` or from the
 *   runtimes that `packages/fetch` is tested on.
 * @property {readonly string[]} [build] Arguments of Node.js, for what has to be built first.
 * @property {true} [ownControl] The program answers for the control itself, on the port of the webhook.
 * @property {(values: Readonly<Record<string, string>>) => string} [prefix] Of the paths of the webhook and its control.
 * @property {readonly string[]} packages Ours.
 * @property {Readonly<Record<string, Version>>} versions By what the table calls them.
 * @property {Readonly<Record<string, readonly string[]>>} factors What else varies, and its values.
 * @property {readonly Exception[]} [exceptions] Answers that the runtime or the framework changes by itself.
 */

const nodes = ['Node 20', 'Node 22', 'Node 24'];

/** @param {number} major */
const nest = (major) => [
  ...['common', 'core', 'platform-express', 'platform-fastify'].map((name) => `@nestjs/${name}@${major}`),
  'reflect-metadata@0.2',
  'rxjs@7',
];

/** What `express.json()` does to a request that it stands in front of.
 *
 * @type {readonly Exception[]}
 */
const jsonBefore = [
  {
    why: 'express.json() has no decoder for deflate without the zlib header.',
    when: ({ body }) => body === 'express.json() before',
    cases: /^event: deflate without the zlib header$/,
    differs: ['status', 'body', 'content-type', 'cache-control'],
    fails: /got 503 /,
  },
  {
    why: 'express.json() takes 100 kB: the body is too large before it is malformed.',
    when: ({ body }) => body === 'express.json() before',
    cases: /^body: lists nested 100,000 deep$/,
    differs: ['body', 'connection'],
    fails: /got 503 /,
  },
  {
    why: 'express.json() makes {} of no text, and replaces what is not UTF-8.',
    when: ({ body }) => body === 'express.json() before',
    cases: /^body: (empty|broken UTF-8)$/,
    differs: ['body'],
  },
  {
    why: 'express.json() tells an error of decompression as an error of parsing.',
    when: ({ body }) => body === 'express.json() before',
    cases: /^body: (said to be gzip, and is not|gzip that breaks off)$/,
    differs: ['body'],
  },
  {
    why: 'express.json() gives up before it has read all, so the connection has to end.',
    when: ({ body }) => body === 'express.json() before',
    cases: /^body: 5 MiB once decompressed$/,
    differs: ['connection'],
  },
];

/** What requests and responses of the Fetch API cannot hold.
 *
 * @type {readonly Exception[]}
 */
const fetchApi = [
  {
    why: 'A Response cannot end its connection: the runtime decides.',
    cases: /./,
    differs: ['connection'],
  },
  {
    why: 'Headers join what is repeated, and two challenges become one.',
    cases: /^challenge: header repeated$/,
    differs: ['status', 'body', 'content-type', 'x-content-type-options', 'content-security-policy'],
  },
  {
    why: 'Headers join what is repeated, and two tokens or ids become a malformed one.',
    cases: /^(token: two Authorization headers|binding: ce-id repeated)$/,
    differs: ['body'],
  },
  {
    why: 'What becomes of a body that was not read to its end is up to the runtime: the sender may find the connection broken.',
    cases: /^body: 5 MiB$/,
    differs: ['answers'],
    fails: /^There was no answer: SendError send-broken/,
    sometimes: true,
  },
];

/**
 * What all others are compared with: core's own handler, with no framework around it.
 *
 * @type {Group}
 */
export const reference = {
  name: 'node:http',
  start: ['node-http.js'],
  packages: ['@fic-webhooks/core'],
  versions: { '': { packages: [] } },
  factors: { runtime: nodes },
};

/** @type {readonly Group[]} */
export const groups = [
  reference,
  {
    name: 'Express',
    start: ['express.js'],
    packages: ['@fic-webhooks/express'],
    versions: {
      '4.18.0': { packages: ['express@4.18.0'] },
      4: { packages: ['express@4'] },
      5: { packages: ['express@5'] },
    },
    factors: { body: ['express.json() after', 'express.json() before'], runtime: nodes },
    exceptions: jsonBefore,
  },
  {
    name: 'Fastify',
    start: ['fastify.js'],
    packages: ['@fic-webhooks/fastify'],
    versions: { '5.0.0': { packages: ['fastify@5.0.0'] }, 5: { packages: ['fastify@5'] } },
    factors: { runtime: nodes },
  },
  {
    name: 'Nest',
    start: ['nestjs.js'],
    packages: ['@fic-webhooks/nestjs'],
    versions: {
      10: { packages: nest(10), modules: 'commonjs' },
      11: { packages: nest(11), modules: 'commonjs' },
      12: { packages: nest(12) },
      // It is published as ES modules only: CommonJS gets it through require(esm).
      '12 from CommonJS': { packages: nest(12), modules: 'commonjs' },
    },
    factors: {
      platform: ['platform-express', 'platform-fastify'],
      body: ['default', 'rawBody: true', 'bodyParser: false'],
      mount: ['module', '@FicWebhooksController'],
      runtime: nodes,
    },
  },
  {
    name: 'Hono',
    start: ['hono.js'],
    packages: ['@fic-webhooks/fetch'],
    versions: { 4: { packages: ['hono@4', '@hono/node-server@2'] } },
    factors: { runtime: nodes },
    exceptions: fetchApi,
  },
  {
    name: 'Next.js',
    build: ['../node_modules/next/dist/bin/next', 'build'],
    start: ['../node_modules/next/dist/bin/next', 'start', '--hostname', '127.0.0.1'],
    ownControl: true,
    prefix: ({ route }) => (route === 'edge runtime' ? '/edge' : ''),
    packages: ['@fic-webhooks/fetch'],
    versions: { 16: { packages: ['next@16', 'react@19', 'react-dom@19'] } },
    factors: { route: ['Node.js runtime', 'edge runtime'], runtime: nodes },
    exceptions: [
      ...fetchApi,
      {
        why: 'The edge runtime of `next start` has no DecompressionStream.',
        when: ({ route }) => route === 'edge runtime',
        cases: /^(event: (gzip|deflate|br)\b.*|body: (gzip that breaks off|5 MiB once decompressed))$/,
        differs: ['status', 'body', 'content-type', 'cache-control'],
        fails: /got 503 /,
      },
      {
        why: 'It takes the headers of Node.js, which leave out a second Authorization header.',
        cases: /^token: two Authorization headers$/,
        differs: ['status', 'body', 'content-type', 'www-authenticate', 'cache-control'],
        fails: /got 204 /,
      },
    ],
  },
  {
    name: 'Bun',
    start: ['bun.js'],
    ownControl: true,
    packages: ['@fic-webhooks/fetch'],
    versions: { '': { packages: [] } },
    factors: { runtime: ['Bun'] },
    exceptions: fetchApi,
  },
  {
    name: 'Deno',
    start: ['run', '--allow-net', '--allow-env', '--allow-read', 'deno.js'],
    ownControl: true,
    packages: ['@fic-webhooks/fetch'],
    versions: { '': { packages: [] } },
    factors: { runtime: ['Deno'] },
    exceptions: fetchApi,
  },
  {
    name: 'Workers',
    start: ['workerd.js'],
    ownControl: true,
    packages: ['@fic-webhooks/fetch'],
    versions: { '': { packages: ['workerd@1', 'esbuild@0.25'] } },
    factors: { runtime: ['workerd'] },
    exceptions: [
      ...fetchApi,
      {
        why: 'DecompressionStream knows no br there.',
        cases: /^event: br$/,
        differs: ['status', 'body', 'content-type', 'cache-control'],
        fails: /got 503 /,
      },
    ],
  },
];
