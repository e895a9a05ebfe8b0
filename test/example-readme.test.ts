import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cp, mkdtemp, readFile, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from './support/find-free-port.js';
import { root } from './support/read-snippets.js';

/** The others are checked from the installed packages, by `npm run check:installed`. */
const examples = ['express', 'fastify', 'hono', 'nestjs'];

test.each(examples)('a copy of examples/%s meets the emulator, as its README says', async (example) => {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-example-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const made = new Set(['node_modules', 'dist', '.turbo']);
  const source = join(root, 'examples', example);
  await cp(source, folder, { recursive: true, filter: (path) => !made.has(basename(path)) });
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'));

  const ports = { app: await findFreePort(), emulator: await findFreePort() };
  const [startEmulator, startApp, trigger] = await readCommands(join(source, 'README.md'), ports);
  const emulator = startShell(`${startEmulator} --port ${ports.emulator}`, folder);
  await emulator.printed('_emulator/');
  const app = startShell(`${startApp}`, folder);
  await app.printed('the subscription of company 108061 is live');
  const triggered = startShell(`${trigger}`, folder);
  await app.printed('client 3062300 of company 108061: create');
  await triggered.printed('"deliveries"');
});

/** The shell blocks under the heading that tells how to run it, with ports of this run. */
async function readCommands(
  readme: string,
  { app, emulator }: { app: number; emulator: number },
): Promise<string[]> {
  const text = await readFile(readme, 'utf8');
  const [, section = ''] =
    /## Run it against a Fatture in Cloud of your own\n([\s\S]*?)\n## /.exec(text) ?? [];
  const blocks = [...section.matchAll(/```sh\n([\s\S]*?)\n```/g)].map(([, block = '']) => block);
  expect(blocks).toHaveLength(3);
  return blocks.map((block) =>
    block
      .replaceAll('localhost:3000', `localhost:${app}`)
      .replaceAll('localhost:4010', `localhost:${emulator}`)
      .replace('npm start', `PORT=${app} npm start`),
  );
}

function startShell(script: string, cwd: string): { printed(text: string): Promise<void> } {
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
  onTestFinished(async () => {
    if (child.exitCode !== null || child.pid === undefined) return;
    const closed = once(child, 'close');
    process.kill(-child.pid, 'SIGKILL');
    await closed;
  });
  return {
    async printed(text) {
      for (let turn = 0; turn < 600 && !output.includes(text); turn++) {
        // What a command that has ended printed last may still be on its way.
        if (child.exitCode !== null && turn > 20) break;
        await delay(50);
      }
      expect(output).toContain(text);
    },
  };
}
