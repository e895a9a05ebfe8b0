import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { findFreePort } from './find-free-port.js';
import type { Server } from './server.js';

/** A Redis of the test's own. */
export interface RedisServer extends Server {
  /** A client for looking into it, closed at the end of the test. */
  readonly admin: Redis;
}

/** What makes Redis durable. */
export const durable = ['--appendonly', 'yes', '--appendfsync', 'always'];

/** Starts `redis-server` on a free port, until the end of the test. */
export async function startRedis(args: readonly string[] = durable): Promise<RedisServer> {
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-bullmq-test-'));
  const command = ['--port', String(port), '--bind', '127.0.0.1', '--dir', folder, '--save', '', ...args];
  let child: ChildProcess;

  async function start(): Promise<void> {
    child = spawn('redis-server', command, { stdio: ['ignore', 'pipe', 'inherit'] });
    let output = '';
    child.stdout?.on('data', (text) => {
      output += String(text);
    });
    for (let turn = 0; !output.includes('Ready to accept connections'); turn++) {
      if (turn === 400 || child.exitCode !== null) throw new Error(`redis-server did not start: ${output}`);
      await sleep(25);
    }
  }

  async function kill(): Promise<void> {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  await start();
  const admin = new Redis(port, { lazyConnect: true });
  admin.on('error', () => {});
  onTestFinished(async () => {
    admin.disconnect();
    await kill();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    port,
    url: `redis://127.0.0.1:${port}`,
    admin,
    signal: (signal) => void child.kill(signal),
    kill,
    restart: start,
  };
}
