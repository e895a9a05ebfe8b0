import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startEmulator } from '@fic-webhooks/emulator';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../scripts/find-free-port.js';
import { root } from '../support/read-snippets.js';
import { companyId, full } from './support/start-bench.js';
import { startSink } from './support/start-sink.js';

const path = 'examples/subscribe';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-subscribe-'));
  await cp(join(root, path, 'src'), join(folder, 'src'), { recursive: true });
  await cp(join(root, path, 'package.json'), join(folder, 'package.json'));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));
});
afterAll(() => rm(folder, { recursive: true }));

interface Ended {
  code: number | null;
  output: string;
}

/** Runs a command in the copy to its end. */
async function run(command: string, env: Record<string, string> = {}): Promise<Ended> {
  const child = start(command, env);
  const [code] = await once(child.process, 'close');
  return { code: code as number | null, output: child.output() };
}

function start(
  command: string,
  env: Record<string, string>,
): { process: ChildProcess; output: () => string } {
  // A group of its own: npm and npx start processes that outlive them.
  const child = spawn('sh', ['-c', command], {
    cwd: folder,
    env: { ...process.env, npm_config_loglevel: 'error', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
  }
  return { process: child, output: () => output };
}

test('the scripts subscribe, the SDK sees it, and a second run writes nothing', async () => {
  const fic = await startEmulator({ logger: false });
  const sink = await startSink();
  onTestFinished(async () => {
    await fic.close();
    await sink.close();
  });
  const env = {
    FIC_ACCESS_TOKEN: 'a/emulator',
    FIC_COMPANY_ID: String(companyId),
    FIC_SINK: sink.url,
    FIC_API_URL: fic.url,
  };

  const first = await run('npm run --silent subscribe', env);
  expect(first.output).toContain('needs the scopes entity.clients:r, issued_documents.invoices:r.');
  expect(first.output).toContain('To do: create. No subscription has this sink.');
  expect(first.output).toContain('Done: create. SUB1: ready.');
  expect(first.output).toMatch(/\d+ calls are left in this hour/);
  expect(first.code).toBe(0);
  const made = fic.subscriptions();
  expect(made).toMatchObject([{ verified: true, sink: sink.url, companyId }]);
  expect(made[0]?.types).toEqual(
    full(
      'entities.clients.create',
      'entities.clients.update',
      'entities.clients.delete',
      'issued_documents.invoices.create',
    ),
  );

  const second = await run('npm run --silent subscribe-with-sdk', env);
  expect(second.output).toContain('Nothing had to be done. SUB1: ready.');
  expect(second.output).toContain(`The SDK sees SUB1 with 4 types at ${sink.url}.`);
  expect(second.code).toBe(0);
  expect(fic.subscriptions()).toEqual(made);
});

test('what stands in the way is said, and the exit code is 1', async () => {
  const fic = await startEmulator({ logger: false });
  const sink = await startSink();
  onTestFinished(async () => {
    await fic.close();
    await sink.close();
  });
  const taken = ['entities.clients.create', 'issued_documents.invoices.create'];
  await fic.subscribe({ sink: `${sink.url}/other`, types: taken });
  const env = {
    FIC_ACCESS_TOKEN: 'a/emulator',
    FIC_COMPANY_ID: String(companyId),
    FIC_SINK: sink.url,
    FIC_API_URL: fic.url,
  };
  const incomplete = await run('npm run --silent subscribe', env);
  expect(incomplete.output).toContain('Done: create. SUB2: incomplete.');
  expect(incomplete.output).toContain('type-taken: issued_documents.invoices.create belongs to SUB1');
  expect(incomplete.code).toBe(1);
  const missing = await run('npm run --silent subscribe', { ...env, FIC_SINK: '' });
  expect(missing.output).toContain('FIC_SINK is not set. It is the URL of your receiver');
  expect(missing.code).toBe(1);
  const refused = await run('npm run --silent subscribe', { ...env, FIC_ACCESS_TOKEN: 'r/refresh' });
  expect(refused.output).toContain('This is a refresh token');
  expect(refused.code).toBe(1);
});

test('the commands of the README do what it says', async () => {
  const text = await readFile(join(root, path, 'README.md'), 'utf8');
  const [, section = ''] =
    /## Run it against a Fatture in Cloud of your own\n([\s\S]*?)\n## /.exec(text) ?? [];
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(2);
  const [startCommand = '', subscribe = ''] = blocks;

  const sink = await startSink();
  const port = await findFreePort();
  const emulator = start(`exec ${startCommand} --port ${port}`, {});
  onTestFinished(async () => {
    const closed = once(emulator.process, 'close');
    if (emulator.process.exitCode === null && emulator.process.pid !== undefined) {
      process.kill(-emulator.process.pid, 'SIGKILL');
      await closed;
    }
    await sink.close();
  });
  for (let turn = 0; turn < 600 && !emulator.output().includes('_emulator/'); turn += 1) {
    if (emulator.process.exitCode !== null) break;
    await delay(50);
  }
  expect(emulator.output()).toContain('_emulator/');

  const { output, code } = await run(
    subscribe
      .replaceAll('http://localhost:4010', `http://localhost:${port}`)
      .replaceAll('http://localhost:3000/webhooks/fic', sink.url),
  );
  expect(output).toContain('Done: create. SUB1: ready.');
  expect(output).toContain('Nothing had to be done. SUB1: ready.');
  expect(code).toBe(0);
}, 60_000);
