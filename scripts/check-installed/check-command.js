import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { cleanUpAtExit } from '../clean-up-at-exit.js';

/**
 * Runs the installed command as a shell would find it.
 *
 * @param {string} folder
 */
export async function checkCommand(folder) {
  const command = join(folder, 'node_modules', '.bin', 'fic-webhooks');
  const child = spawn(command, ['emulator', '--port', '0', '--json'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const forget = cleanUpAtExit(() => child.kill('SIGKILL'));
  const lines = createInterface({ input: child.stdout });
  // Without an output there is an end of it.
  const [line] = await Promise.race([once(lines, 'line'), once(lines, 'close')]);
  if (line === undefined) throw new Error('The command ended before it said anything.');
  const { inspectorUrl, publicKey } = JSON.parse(line);
  assert.match(publicKey, /BEGIN PUBLIC KEY/);
  const page = await fetch(inspectorUrl);
  assert.equal(page.status, 200);
  const [, script] = /<script[^>]+src="([^"]+)"/.exec(await page.text()) ?? [];
  assert.ok(script, 'The page has no script.');
  assert.equal((await fetch(new URL(script, inspectorUrl))).status, 200);
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  assert.deepEqual(await exited, [0, null], 'After SIGTERM the command must end with 0.');
  forget();
}
