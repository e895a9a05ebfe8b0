import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../scripts/find-free-port.js';
import { test as redisTest } from './stores/redis-test.js';
import { root } from './support/read-snippets.js';

/** The others are checked from the installed packages, by `npm run check:installed`. */
const inline = ['express', 'fastify', 'hono', 'nestjs'];

const run = 'Run it against a Fatture in Cloud of your own';
const welcomed = 'the subscription of company 108061 is live';
const handled = 'client 3062300 of company 108061: create';

test.each(inline)('a copy of examples/%s meets the emulator, as its README says', async (example) => {
  await meetEmulator(await copyExample(example));
});

test('a copy of examples/express-sqlite stores and handles what the emulator sends, as its README says', async () => {
  const copy = await copyExample('express-sqlite');
  const { start, read, printsAtLast } = copy;
  await meetEmulator(copy);

  const [triggerInvoice, listInvoices] = read('Try to lose an event', 2);
  await start(triggerInvoice).printed('"deliveries"');
  await printsAtLast(listInvoices, '[{"company":108061,"id":77,"number":null,"amount":null}]');

  const [triggerSupplier, listDeadLetters] = read('Dead letters', 2);
  await start(triggerSupplier).printed('"deliveries"');
  await printsAtLast(listDeadLetters, 'No handler is registered for entities.suppliers.create.');
});

redisTest(
  'a copy of examples/nestjs-bullmq stores and works apart, as its README says',
  async () => {
    const { start, read, printsAtLast } = await copyExample('nestjs-bullmq');
    await start('npm run build && echo compiled').printed('\ncompiled');
    const [startRedis, startEmulator, startWeb, startWorker, trigger] = read(run, 5);
    await start(startRedis).printed('Ready to accept connections');
    await start(startEmulator).printed('_emulator/');
    await start(startWeb).printed('listening on port');
    const worker = start(startWorker);
    await worker.printed(welcomed);
    start(trigger);
    await worker.printed(handled);

    const [triggerSupplier, listDeadLetters] = read('Dead letters', 2);
    await start(triggerSupplier).printed('"deliveries"');
    await printsAtLast(listDeadLetters, 'No handler is registered for entities.suppliers.create.');
  },
  180_000,
);

/** Starts the emulator and the app, and lets a client be created. */
async function meetEmulator({ start, read }: Copy): Promise<void> {
  const [startEmulator, startApp, trigger] = read(run, 3);
  await start(startEmulator).printed('_emulator/');
  const app = start(startApp);
  await app.printed(welcomed);
  const triggered = start(trigger);
  await app.printed(handled);
  await triggered.printed('"deliveries"');
}

type Copy = Awaited<ReturnType<typeof copyExample>>;

/** Copies an example out of the repository, for somebody who reads its README and does what it says, on other ports. */
async function copyExample(example: string) {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const made = new Set(['node_modules', 'dist', '.turbo']);
  const source = join(root, 'examples', example);
  await cp(source, folder, { recursive: true, filter: (path) => !made.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

  const [app, worker, emulator, redis] = [
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
    await findFreePort(),
  ];
  const readme = (await readFile(join(source, 'README.md'), 'utf8'))
    .replaceAll('localhost:3000', `localhost:${app}`)
    .replaceAll('localhost:4010', `localhost:${emulator}`)
    .replaceAll(/\b6390\b/g, String(redis))
    .replaceAll(/^npx fic-webhooks emulator .*$/gm, `$& --port ${emulator}`)
    .replaceAll(/^npm start$/gm, `PORT=${app} npm start`)
    .replaceAll(/^npm run worker$/gm, `PORT=${worker} npm run worker`);

  const start = (script = '') => startShell(script, folder);
  return {
    start,
    /** The shell blocks under a heading. */
    read(heading: string, count: number): string[] {
      const [, section = ''] = readme.split(`## ${heading}\n`);
      const [text = ''] = section.split('\n## ');
      const blocks = [...text.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);
      expect(blocks).toHaveLength(count);
      return blocks;
    },
    /** Runs a script until it shows what happens in a moment. */
    async printsAtLast(script = '', text = ''): Promise<void> {
      expect(readme).toContain(text);
      await expect.poll(() => start(script).output(), { interval: 250 }).toContain(text);
    },
  };
}

function startShell(script: string, cwd: string) {
  // A group of its own: npx and npm start processes that outlive them.
  const child: ChildProcess = spawn('sh', ['-c', script], {
    cwd,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8').on('data', (chunk: string) => {
      output += chunk;
    });
  }
  const closed = once(child, 'close');
  onTestFinished(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    process.kill(-child.pid, 'SIGKILL');
    await closed;
  });
  return {
    async printed(text: string): Promise<void> {
      for (let turn = 0; turn < 600 && !output.includes(text); turn++) {
        // What a command that has ended printed last may still be on its way.
        if (child.exitCode !== null && turn > 20) break;
        await delay(50);
      }
      expect(output).toContain(text);
    },
    /** All that it printed, once it has ended. */
    async output(): Promise<string> {
      await closed;
      return output;
    },
  };
}
