import { test as plainTest } from 'vitest';
import { redisIsMissing } from '../../../../scripts/stores/start-redis.js';

const isInstalled = redisIsMissing() === undefined;
if (!isInstalled && !process.env['CI']) {
  process.stderr.write('The tests of @fic-webhooks/redis are skipped: redis-server is not installed.\n');
}

/** `test`, skipped on a machine without `redis-server`; a continuous integration must have it. */
export const test = isInstalled || process.env['CI'] ? plainTest : plainTest.skip;
