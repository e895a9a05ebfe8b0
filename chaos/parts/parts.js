import { postgres } from './postgres.js';
import { redis } from './redis.js';
import { sqlite } from './sqlite.js';

/** All parts, in the order in which they run. */
export const parts = [sqlite, redis, postgres];
