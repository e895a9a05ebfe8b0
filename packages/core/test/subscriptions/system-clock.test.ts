import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { systemClock } from '../../src/subscriptions/clock.js';

test('sleeps, and is woken by its signal with its reason', async () => {
  await systemClock.sleep(5, {});
  const controller = new AbortController();
  const sleeping = systemClock.sleep(600_000, { signal: controller.signal });
  controller.abort('enough');
  await expect(sleeping).rejects.toBe('enough');
  await expect(systemClock.sleep(600_000, { signal: controller.signal })).rejects.toBe('enough');
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(60_000);
});

test('sleep in the background does not keep the process alive, other sleep does', () => {
  const run = (options: string, milliseconds: number) => {
    const script = `import { systemClock } from '${new URL('../../src/subscriptions/clock.ts', import.meta.url)}';
      systemClock.sleep(${milliseconds}, ${options}).then(() => console.log('awake'));`;
    return spawnSync(process.execPath, ['--import', 'tsx', '--input-type=module', '-e', script], {
      encoding: 'utf8',
      timeout: 60_000,
    });
  };
  expect(run('{ isBackground: true }', 600_000)).toMatchObject({ status: 0, stdout: '' });
  expect(run('{}', 10)).toMatchObject({ status: 0, stdout: 'awake\n' });
});
