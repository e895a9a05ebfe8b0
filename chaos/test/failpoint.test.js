import { fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';

const preload = fileURLToPath(new URL('../processes/failpoints/preload.cjs', import.meta.url));
const program = `
  const pass = globalThis[Symbol.for('chaos.pass')];
  const { Worker } = require('node:worker_threads');
  process.on('message', (point) => {
    if (point === 'in a thread') {
      // As the inbox starts its threads.
      new Worker("globalThis[Symbol.for('chaos.pass')]('here')", { eval: true, execArgv: [] });
    } else pass(point);
    process.send('passed ' + point);
  });
  process.send('ready');
`;

/** @param {{ fuse?: number }} [options] */
async function startArmed({ fuse = 0 } = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'chaos-failpoint-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, 'program.cjs');
  writeFileSync(path, program);
  const arms = {
    ...{ seed: 1, point: 'here', points: ['here', 'elsewhere'], fuse, libraries: [] },
    ...{ hitsPath: join(folder, 'hits'), ceasefirePath: join(folder, 'ceasefire') },
  };
  const child = fork(path, [], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: `--require=${preload}`, CHAOS_FAILPOINTS: JSON.stringify(arms) },
  });
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, 'message');
  const ended = once(child, 'exit');
  const pass = async (/** @type {string} */ point) => {
    child.send(point);
    const [outcome] = await Promise.race([once(child, 'message'), ended.then(([, signal]) => [signal])]);
    return outcome;
  };
  return { ...arms, ended, pass, pid: child.pid };
}

test('a process ends at the point that it is meant for, and says so before', async () => {
  const { pass, hitsPath, pid } = await startArmed();
  expect(await pass('elsewhere')).toBe('passed elsewhere');
  expect(await pass('here')).toBe('SIGKILL');
  expect(JSON.parse(readFileSync(hitsPath, 'utf8'))).toMatchObject({ is: 'hit', point: 'here', pid });
});

test('a thread that is started without any argument ends the process, too', async () => {
  const { pass, ended, hitsPath } = await startArmed();
  await pass('in a thread');
  expect((await ended)[1]).toBe('SIGKILL');
  expect(readFileSync(hitsPath, 'utf8')).toContain('"here"');
});

test('nothing ends before its fuse has burnt down, nor during a ceasefire', async () => {
  const late = await startArmed({ fuse: 100_000 });
  expect(await late.pass('here')).toBe('passed here');

  const calm = await startArmed();
  writeFileSync(calm.ceasefirePath, 'calm');
  expect(await calm.pass('here')).toBe('passed here');
  rmSync(calm.ceasefirePath);
  expect(await calm.pass('here')).toBe('SIGKILL');
});
