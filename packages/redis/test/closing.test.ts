import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { Redis } from 'ioredis';
import { expect, onTestFinished } from 'vitest';
import { claim, claimToken, expectFailure, openStore } from './support/open-store.js';
import { test } from './support/redis-test.js';
import { startRedis } from './support/start-redis.js';

const run = promisify(execFile);
const entry = fileURLToPath(new URL('../dist/index.js', import.meta.url));

test('a closed store connects no more', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url });
  await claimToken(store, 'a');
  expect(await admin.client('LIST')).toContain('name=fic-webhooks ');
  await store.close?.();
  await expect.poll(() => admin.client('LIST')).not.toContain('name=fic-webhooks ');
  const { message } = await expectFailure(() => claim(store, 'b'), { within: 200 });
  expect(message).toContain('closed');
  await store.close?.();
});

test('a closed store says so from the same moment on', async () => {
  const { url } = await startRedis();
  const store = openStore({ connection: url });
  await claimToken(store, 'a');
  const closing = store.close?.();
  const { message } = await expectFailure(() => claim(store, 'b'), { within: 200 });
  expect(message).toContain('the store has been closed');
  await closing;
});

test('a store that was never used connects to nothing', async () => {
  const { url, admin } = await startRedis();
  const store = openStore({ connection: url });
  await store.close?.();
  expect(await admin.client('LIST')).not.toContain('name=fic-webhooks ');
});

test('a client that was given is left open', async () => {
  const { port } = await startRedis();
  const client = new Redis(port);
  onTestFinished(() => client.disconnect());
  const store = openStore({ connection: client });
  await claimToken(store, 'a');
  await store.close?.();
  expect(await client.ping()).toBe('PONG');
});

test('a client that its owner closed is said to be so', async () => {
  const { port } = await startRedis();
  const client = new Redis(port);
  const store = openStore({ connection: client });
  await claimToken(store, 'a');
  client.disconnect();
  await expect.poll(() => client.status).toBe('end');
  const { message } = await expectFailure(() => claim(store, 'b'), { within: 200 });
  expect(message).toContain('the client has been closed');
});

test.each([
  ['ESM', `import { redisStore } from ${JSON.stringify(entry)};`],
  ['CommonJS', `const { redisStore } = require(${JSON.stringify(entry.replace(/js$/, 'cjs'))});`],
])(
  '%s: a process ends by itself once its store is closed, and not for a store that is away',
  async (kind, load) => {
    const server = await startRedis();
    const body = `(async () => {
    const store = redisStore({ connection: process.argv[2], logger: false, answerWithin: 500 });
    const answer = await store.claim('a', { owner: 'o', lease: 60000, fingerprint: 'f' }).catch((error) => error.code);
    console.log(JSON.stringify(answer.state ?? answer));
    await store.close();
    const closedAt = performance.now();
    process.on('exit', () => console.log(performance.now() - closedAt < 1_000 ? 'at once' : 'late'));
  })();`;
    const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-redis-closing-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = join(folder, kind === 'ESM' ? 'run.mjs' : 'run.cjs');
    await writeFile(file, `${load}\n${body}`);
    expect((await run(process.execPath, [file, server.url], { timeout: 10_000 })).stdout).toBe(
      '"claimed"\nat once\n',
    );
    await server.kill();
    expect((await run(process.execPath, [file, server.url], { timeout: 10_000 })).stdout).toBe(
      '"store-unreachable"\nat once\n',
    );
  },
);
