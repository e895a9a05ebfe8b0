import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';

/** A Redis of the test's own, which can be stopped, killed and started again. */
export interface RedisServer {
  readonly port: number;
  readonly url: string;
  /** A client for looking into it, closed at the end of the test. */
  readonly admin: Redis;
  signal(signal: NodeJS.Signals): void;
  /** Waits until it is gone. */
  kill(): Promise<void>;
  /** Starts it again on the same port, with the same files. */
  restart(): Promise<void>;
}

/** Starts `redis-server` on a free port, until the end of the test. */
export async function startRedis(...args: string[]): Promise<RedisServer> {
  const port = await findFreePort();
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-redis-test-'));
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
    signal: (signal) => child.kill(signal),
    kill,
    restart: start,
  };
}

/** A port on which nothing listens. */
export async function findFreePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
