import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeFolder } from './support/make-folder.js';
import { type CliRun, startCli, startEmulatorCli } from './support/start-cli.js';

/** It failed with one line that says why, and without a stack trace. */
async function expectFailure(run: CliRun, message: RegExp): Promise<void> {
  expect(await run.ended).toBe(1);
  expect(run.stdout()).toBe('');
  const lines = run.stderr().trimEnd().split('\n');
  expect(lines.at(-1)).toMatch(message);
  expect(run.stderr()).not.toMatch(/^ +at /m);
}

test('a port in use', async () => {
  const { ready } = await startEmulatorCli();
  const { port } = new URL(ready.url);
  await expectFailure(startCli(['emulator', '--port', port]), new RegExp(`^error: Port ${port} is in use`));
});

test('a state that another process uses, which goes on undisturbed', async () => {
  const state = join(await makeFolder(), 'state.db');
  const first = await startEmulatorCli(['--state', state]);
  await expectFailure(
    startCli(['emulator', '--port', '0', '--state', state]),
    /^error: .*state\.db is in use/,
  );
  expect((await fetch(`${first.ready.inspectorUrl}health`)).status).toBe(200);
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);
  const next = await startEmulatorCli(['--state', state]);
  expect(next.ready.publicKey).toBe(first.ready.publicKey);
});

test('a file that is no state', async () => {
  const state = join(await makeFolder(), 'letter.txt');
  await writeFile(state, 'Dear Sir or Madam, this is no database.\n'.repeat(200));
  await expectFailure(
    startCli(['emulator', '--port', '0', '--state', state]),
    /^error: .*letter\.txt cannot be used as state/,
  );
});

test('a state that is damaged', async () => {
  const state = join(await makeFolder(), 'state.db');
  const first = await startEmulatorCli(['--state', state]);
  first.child.kill('SIGTERM');
  await first.ended;
  const { readFile } = await import('node:fs/promises');
  const bytes = await readFile(state);
  bytes.fill(0x5a, 100, bytes.length);
  await writeFile(state, bytes);
  await expectFailure(
    startCli(['emulator', '--port', '0', '--state', state]),
    /^error: .*cannot be used as state/,
  );
});

test('a folder as state', async () => {
  const folder = await makeFolder();
  await expectFailure(startCli(['emulator', '--port', '0', '--state', folder]), /cannot be used as state/);
});
