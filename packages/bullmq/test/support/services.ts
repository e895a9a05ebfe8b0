import { spawnSync } from 'node:child_process';
import { test as plainTest } from 'vitest';
import { findPostgresPrograms } from './find-postgres-programs.js';

const missing = {
  'redis-server is not installed': spawnSync('redis-server', ['--version']).status !== 0,
  'the programs of PostgreSQL are not in /usr/lib/postgresql': findPostgresPrograms() === undefined,
};
const reasons = Object.entries(missing).flatMap(([reason, isSo]) => (isSo ? [reason] : []));
const isContinuousIntegration = Boolean(process.env['CI']);

if (reasons.length > 0 && !isContinuousIntegration) {
  process.stderr.write(`Tests of @fic-webhooks/bullmq are skipped: ${reasons.join(', and ')}.\n`);
}

function choose(isMissing: boolean): typeof plainTest {
  return isMissing && !isContinuousIntegration ? (plainTest.skip as typeof plainTest) : plainTest;
}

/** `test`, skipped on a machine without `redis-server`; a continuous integration must have it. */
export const redisTest: typeof plainTest = choose(missing['redis-server is not installed']);

/** `test`, skipped on a machine without PostgreSQL; a continuous integration must have it. */
export const postgresTest: typeof plainTest = choose(
  missing['the programs of PostgreSQL are not in /usr/lib/postgresql'],
);
