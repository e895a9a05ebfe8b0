import { spawnSync } from 'node:child_process';
import { test as plainTest } from 'vitest';

const isInstalled = spawnSync('redis-server', ['--version']).status === 0;
if (!isInstalled && !process.env['CI']) {
  process.stderr.write(
    'The tests of stores over several processes are skipped: redis-server is not installed.\n',
  );
}

/** `test`, skipped on a machine without `redis-server`; a continuous integration must have it. */
export const test = isInstalled || process.env['CI'] ? plainTest : plainTest.skip;
