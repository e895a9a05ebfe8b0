import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { startRedis as startServer } from '../../../../scripts/stores/start-redis.js';

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
export async function startRedis(...settings: string[]): Promise<RedisServer> {
  const { stop, ...server } = await startServer(settings);
  const admin = new Redis(server.port, { lazyConnect: true });
  admin.on('error', () => {});
  onTestFinished(async () => {
    admin.disconnect();
    await stop();
  });
  return { ...server, admin };
}
