import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startEmulator } from '../../src/index.js';
import { openState } from '../../src/state/open-state.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test.each([':memory:', 'file:q.db', 'file:q.db?mode=memory', '?', 'a b.db'])(
  '%j is the name of a file like any other',
  (name) => {
    const folder = temporaryFolder();
    const script = `
      import { openState } from ${JSON.stringify(new URL('../../src/state/open-state.ts', import.meta.url).href)};
      const first = openState(process.argv[1]);
      first.settings.write('x', 1);
      first.close();
      const again = openState(process.argv[1]);
      process.stdout.write(String(again.settings.read('x')));
      again.close();`;
    // tsx is not to be found from the folder.
    const tsx = import.meta.resolve('tsx');
    const { stdout, stderr } = spawnSync(
      process.execPath,
      ['--import', tsx, '--input-type=module', '--eval', script, name],
      { encoding: 'utf8', cwd: folder },
    );
    expect({ stdout, stderr }).toEqual({ stdout: '1', stderr: '' });
    expect(readdirSync(folder)).toEqual([name]);
  },
);

test('a URL is a path too, here one that leads nowhere', () => {
  expect(() => openState('http://localhost:1/state')).toThrow(
    expect.objectContaining({
      code: 'state-unreadable',
      message: expect.stringContaining('http:/localhost'),
    }),
  );
});

test('nobody else may read it, nor what lies beside it', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const warnings: string[] = [];
  const fic = await startEmulator({ state, logger: { warn: (message) => warnings.push(message) } });
  try {
    expect(existsSync(`${state}-wal`)).toBe(true);
    for (const file of [state, `${state}-wal`]) expect((statSync(file).mode & 0o777).toString(8)).toBe('600');
    expect(warnings).toEqual([]);
  } finally {
    await fic.close();
  }
});

test('a file that others may read is told of, and left as it is', async () => {
  const state = join(temporaryFolder(), 'state.db');
  openState(state).close();
  chmodSync(state, 0o644);
  const warnings: string[] = [];
  const fic = await startEmulator({ state, logger: { warn: (message) => warnings.push(message) } });
  await fic.close();
  expect(warnings).toEqual([expect.stringMatching(/private key.*mode 644.*chmod 600 .*state\.db/)]);
  expect((statSync(state).mode & 0o777).toString(8)).toBe('644');
});
