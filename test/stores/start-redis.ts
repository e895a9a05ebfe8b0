import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { findFreePort } from '../support/find-free-port.js';

/** A Redis of the test's own, until its end. */
export async function startRedis(
  ...args: string[]
): Promise<{ readonly port: number; readonly url: string }> {
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-stores-'));
  const place = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', ''];
  const child: ChildProcess = spawn('redis-server', [...place, ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  onTestFinished(async () => {
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
    await rm(folder, { recursive: true, force: true });
  });
  let output = '';
  child.stdout?.on('data', (text) => {
    output += String(text);
  });
  for (let turn = 0; !output.includes('Ready to accept connections'); turn++) {
    if (turn === 400 || child.exitCode !== null) throw new Error(`redis-server did not start: ${output}`);
    await sleep(25);
  }
  return { port, url: `redis://127.0.0.1:${port}` };
}
