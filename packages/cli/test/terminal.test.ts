import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { makeKey } from './support/make-folder.js';
import { binary, plainEnvironment } from './support/start-cli.js';
import { startReceiver } from './support/start-server.js';

const escapeCode = String.fromCharCode(27);

/** Runs a command in a pseudo terminal, whose two outputs are one. */
async function runInTerminal(args: readonly string[], columns: number): Promise<string> {
  const command = [process.execPath, binary, ...args].map((part) => `'${part}'`).join(' ');
  const { stdout } = await promisify(execFile)(
    'script',
    ['-qec', `stty cols ${columns}; ${command}`, '/dev/null'],
    { env: { ...plainEnvironment, TERM: 'xterm' }, maxBuffer: 16 * 1024 * 1024 },
  );
  return stdout;
}

/** What a terminal shows: without what moves the cursor and sets colours. */
function strip(text: string): string {
  return text.replaceAll(new RegExp(`${escapeCode}\\[[\\d;?]*[A-Za-z]`, 'g'), '').replaceAll('\r', '');
}

// The `script` of other systems takes other flags.
const onLinux = test.runIf(process.platform === 'linux');

onLinux(
  'on a terminal the last column is broken into lines that fit, and no word is lost (on Linux only)',
  async () => {
    const lines = strip(await runInTerminal(['events', 'entities.clients.*'], 80))
      .trimEnd()
      .split('\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(80);
    expect(lines.length).toBeGreaterThan(4);
    expect(lines.join(' ').replaceAll(/ +/g, ' ')).toContain('No API can read a deleted resource');
  },
);

onLinux('on a terminal a spinner says what is being done, and leaves no trace (on Linux only)', async () => {
  const key = await makeKey();
  const { sink } = await startReceiver(key.publicKey);
  const cases = ['--cases', 'challenge: in the *'];
  const output = await runInTerminal(['conformance', sink, '--private-key', key.file, ...cases], 120);
  expect(output).toContain('2 of 2: challenge: in the query');
  // The cursor is shown again.
  expect(output.lastIndexOf(`${escapeCode}[?25h`)).toBeGreaterThan(output.lastIndexOf(`${escapeCode}[?25l`));
  expect(output).toContain('2 passed, 0 failed, 0 skipped.');
});
