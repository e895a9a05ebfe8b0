import { randomUUID } from 'node:crypto';
import { testSharedStore } from './shared-store-suite.js';
import { startRedis } from './start-redis.js';

testSharedStore('redisStore', async () => ({
  module: new URL('./processes/redis-store.js', import.meta.url),
  options: { url: (await startRedis()).url, prefix: `${randomUUID()}:` },
}));
