import { Redis } from 'ioredis';
import { onTestFinished } from 'vitest';
import { startRedis as startServer } from '../../../../scripts/stores/start-redis.js';
import type { Server } from './server.js';

export { durable } from '../../../../scripts/stores/start-redis.js';

/** A Redis of the test's own. */
export interface RedisServer extends Server {
  /** A client for looking into it, closed at the end of the test. */
  readonly admin: Redis;
}

/** Starts `redis-server` on a free port, until the end of the test. */
export async function startRedis(settings?: readonly string[]): Promise<RedisServer> {
  const { stop, ...server } = await startServer(settings);
  const admin = new Redis(server.port, { lazyConnect: true });
  admin.on('error', () => {});
  onTestFinished(async () => {
    admin.disconnect();
    await stop();
  });
  return { ...server, admin };
}
