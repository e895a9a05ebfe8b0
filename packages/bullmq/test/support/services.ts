import { test as plainTest } from 'vitest';
import { postgresIsMissing } from '../../../../scripts/stores/find-postgres.js';
import { redisIsMissing } from '../../../../scripts/stores/start-redis.js';

const missing = { redis: redisIsMissing(), postgres: postgresIsMissing() };
const reasons = Object.values(missing).filter((reason) => reason !== undefined);
const isContinuousIntegration = Boolean(process.env['CI']);

if (reasons.length > 0 && !isContinuousIntegration) {
  process.stderr.write(`Tests of @fic-webhooks/bullmq are skipped: ${reasons.join(', and ')}.\n`);
}

function choose(reason: string | undefined): typeof plainTest {
  return reason !== undefined && !isContinuousIntegration ? (plainTest.skip as typeof plainTest) : plainTest;
}

/** `test`, skipped on a machine without `redis-server`; a continuous integration must have it. */
export const redisTest: typeof plainTest = choose(missing.redis);

/** `test`, skipped on a machine without PostgreSQL; a continuous integration must have it. */
export const postgresTest: typeof plainTest = choose(missing.postgres);
