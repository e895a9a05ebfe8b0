import type { TestAPI } from 'vitest';
import type { Server } from './server.js';
import { postgresTest, redisTest } from './services.js';
import { startPostgres } from './start-postgres.js';
import { startRedis } from './start-redis.js';

/** Where an inbox can be. */
export interface BackEnd {
  readonly name: string;
  readonly test: TestAPI;
  /** Starts a store with durable settings, until the end of the test. */
  readonly start: () => Promise<Server>;
}

/** Both, for what must hold on either. */
export const backEnds: readonly BackEnd[] = [
  { name: 'Redis', test: redisTest, start: () => startRedis() },
  { name: 'PostgreSQL', test: postgresTest, start: () => startPostgres() },
];
