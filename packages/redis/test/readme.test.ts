import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { createTestKeyPair, sendOverHttp, signNotification } from '@fic-webhooks/testing';
import ts from 'typescript';
import { afterAll, beforeAll, expect, onTestFinished } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { test } from './support/redis-test.js';
import { type RedisServer, startRedis } from './support/start-redis.js';

// Every ```ts block of the README is compiled and run as it is, in a process of its own, with the built package. Three
// things are changed: the ports, for those that are free, and the key to trust, for one that a test can sign with.

const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
const snippets = [...readme.matchAll(/^```ts\n(.*?)^```$/gms)].map(([, text = '']) => text);
const nodeModules = dirname(dirname(createRequire(import.meta.url).resolve('vitest/package.json')));
const keys = createTestKeyPair();
const signing = { privateKey: keys.privateKey, sink: 'https://example.com/webhooks/fic' };

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-redis-readme-'));
  await symlink(nodeModules, join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

/** Writes a snippet as a module, and gives its path. */
async function compile(
  index: number,
  { port = 3000, redis }: { port?: number; redis: RedisServer },
): Promise<string> {
  const source = (snippets[index] ?? '')
    .replaceAll(/\b3000\b/g, String(port))
    .replaceAll(/\b6379\b/g, String(redis.port))
    .replace('applicationId: 1234', `$&, publicKeys: ${JSON.stringify(keys.publicKey)}`);
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  const file = join(folder, `snippet-${index}-${port}.mjs`);
  await writeFile(file, outputText);
  return file;
}

async function runToEnd(file: string): Promise<string> {
  const { REDIS_URL: _elsewhere, ...env } = process.env;
  const { stdout } = await promisify(execFile)(process.execPath, [file], { env, timeout: 30_000 });
  return stdout;
}

test('the README has the snippets that are run here', () => {
  expect(snippets).toHaveLength(3);
});

test('Use: two processes handle an event once, and end on SIGTERM', async () => {
  const redis = await startRedis();
  const apps = await Promise.all(
    [await findFreePort(), await findFreePort()].map(async (port) => {
      const { REDIS_URL: _elsewhere, ...env } = process.env;
      const child: ChildProcess = spawn(process.execPath, [await compile(0, { port, redis })], {
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      let output = '';
      child.stdout?.on('data', (text) => {
        output += String(text);
      });
      const url = `http://127.0.0.1:${port}/webhooks/fic`;
      await expect
        .poll(() =>
          fetch(url).then(
            ({ status }) => status,
            () => 0,
          ),
        )
        .toBe(401);
      return { child, send: sendOverHttp(url), output: () => output };
    }),
  );
  const notification = signNotification({ name: 'entities.clients.create', ids: [7] }, signing);
  const statuses = await Promise.all(apps.map(({ send }) => send(notification).then(({ status }) => status)));
  expect(statuses).toContain(204);
  for (const { send } of apps) await expect.poll(async () => (await send(notification)).status).toBe(204);
  expect(apps.map(({ output }) => output()).join('')).toBe('entities.clients.create [ 7 ]\n');
  expect(await redis.admin.keys('*')).toEqual([expect.stringMatching(/^my-app:[0-9a-f]{64}$/)]);
  for (const { child } of apps) {
    const ended = once(child, 'exit');
    child.kill('SIGTERM');
    expect(await ended).toEqual([0, null]);
  }
});

test('A client of your own: it is left open', async () => {
  const redis = await startRedis();
  expect(await runToEnd(await compile(1, { redis }))).toBe('PONG\n');
});

test('Testing: the store conforms', async () => {
  const redis = await startRedis();
  expect(await runToEnd(await compile(2, { redis }))).toBe('[]\n');
});

test('an event takes the memory that the README says', async () => {
  const { admin, url } = await startRedis();
  const { redisStore } = await import('../src/index.js');
  const store = redisStore({ connection: url, logger: false });
  onTestFinished(() => store.close?.());
  const used = async () => Number(/used_memory:(\d+)/.exec(await admin.info('memory'))?.[1]);
  const owner = '0'.repeat(36);
  await store.claim('warm-up', { owner, lease: 1, fingerprint: 'f' });
  const before = await used();
  const count = 4_000;
  for (let index = 0; index < count; index++) {
    const key = String(index).padStart(64, '0');
    const claim = await store.claim(key, {
      owner,
      lease: 15_000,
      fingerprint: 'entities.clients.create\ncompany:108061\n[1]',
    });
    if (claim.state === 'claimed') await store.complete(key, claim.token, 86_400_000);
  }
  const each = ((await used()) - before) / count;
  expect(each).toBeGreaterThan(220);
  expect(each).toBeLessThan(300);
});
