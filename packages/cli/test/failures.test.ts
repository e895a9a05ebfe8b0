import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { type CliRun, startCli, startEmulatorCli } from './support/start-cli.js';
import { startSink } from './support/start-sink.js';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return folder;
}

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

test('a sink whose subscription is refused: its types are taken by another one', async () => {
  const state = join(await makeFolder(), 'state.db');
  const [one, other] = [await startSink(), await startSink()];
  const first = await startEmulatorCli(['--state', state, '--sink', one.url, '--types', 'products.create']);
  first.child.kill('SIGTERM');
  await first.ended;
  const second = startCli(['emulator', '--port', '0', '--json', '--state', state, '--sink', other.url]);
  await expectFailure(second, /^error: .*products\.create/);
});
