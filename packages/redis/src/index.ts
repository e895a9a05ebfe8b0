export { redisStore } from './redis-store.js';
export type { RedisStoreConnection, RedisStoreOptions } from './redis-store-options.js';
