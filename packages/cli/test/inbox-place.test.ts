import { cp, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { makeFolder } from './support/make-folder.js';
import { binary, runCli, runJson, startCli } from './support/start-cli.js';
import { createDatabase, hasPostgres, inboxKinds, newLetter } from './support/start-inbox.js';

interface Failure {
  readonly error: { readonly code: string; readonly message: string };
}

const redis = ['--redis', 'redis://127.0.0.1:1'];

/** Each with what the message must say: the flag or argument, and the cure. */
const wrongUsage: [args: string[], says: RegExp][] = [
  [['lst', ...redis], /Did you mean list\?/],
  [['list'], /No inbox is named\. Give --sqlite .*--redis or --postgres .*FIC_INBOX_URL/],
  [['list', '--sqlit', 'x.db'], /Did you mean --sqlite\?/],
  [['list', '--sqlite', ''], /--sqlite is empty/],
  [['list', '--sqlite', 'x.db', ...redis], /--sqlite and --redis are both given/],
  [['list', '--redis', 'localhost:6379'], /--redis is no redis:\/\/.*redis:\/\/localhost:6379/],
  [['list', '--redis', 'postgres://localhost/app'], /--redis is no redis:\/\//],
  [['list', '--postgres', 'redis://localhost'], /--postgres is no postgres:\/\//],
  [['list', '--redis', 'redis://me:very-secret@localhost'], /--redis has a password.*FIC_INBOX_URL/],
  [['list', '--postgres', 'postgres://me:very-secret@localhost/app'], /--postgres has a password/],
  [['list', '--postgres', 'postgres://localhost/app?password=very-secret'], /--postgres has a password/],
  [['list', '--sqlite', 'x.db', '--queue', 'q'], /--queue does nothing without --redis or --postgres/],
  [['list', ...redis, '--schema', 's'], /--schema does nothing without --postgres/],
  [
    ['list', '--postgres', 'postgres://localhost/app', '--prefix', 'p'],
    /--prefix does nothing without --redis/,
  ],
  [['list', ...redis, '--queue', 'a:b'], /--queue: queue must be a name without a colon/],
  [['list', ...redis, '--reason', 'atempts'], /--reason is "atempts"\. Did you mean "attempts"\?/],
  [['list', ...redis, '--limit', '0'], /--limit is 0\. It must be greater than 0/],
  [['list', ...redis, '--limit', 'few'], /--limit is "few"/],
  [['list', ...redis, '--limit', '5', '--all'], /--limit and --all are both given/],
  [['show', ...redis], /missing required argument 'key'/],
  [['show', 'abc', ...redis], /<key> is no key of a dead letter/],
  [['show', 'entities.clients.create', ...redis], /<key> is no key of a dead letter/],
  [['retry', ...redis], /<key> is missing/],
  [['retry', 'abcd', '--all', ...redis], /--all and keys are both given/],
  [['retry', 'abcd', '--reason', 'attempts', ...redis], /--reason does nothing without --all/],
  [['discard', 'abcd', '--limit', '3', ...redis], /--limit does nothing without --all/],
  [['discard', '--all', ...redis], /--yes is missing/],
  [['discard', '--al', ...redis], /Did you mean --all\?/],
  [['health', '--stale-after', 'soon', ...redis], /--stale-after is "soon"/],
];

describe('wrong usage is named, exits with 2 and touches no inbox', () => {
  test.each(wrongUsage.map(([args, says]) => ({ args, says, title: args.join(' ') })))(
    '$title',
    async ({ args, says }) => {
      const { code, stdout, stderr } = await runCli(['inbox', ...args]);
      expect([code, stdout]).toEqual([2, '']);
      expect(stderr).toMatch(says);
      expect(stderr).not.toMatch(/very-secret|^ +at /m);
    },
  );

  test('a URL in the environment that is none', async () => {
    const { code, stderr } = await runCli(['inbox', 'list'], {
      env: { FIC_INBOX_URL: 'me:very-secret@host' },
    });
    expect([code, stderr]).toEqual([2, expect.stringMatching(/FIC_INBOX_URL is no redis:\/\//)]);
    expect(stderr).not.toContain('very-secret');
  });
});

describe('a file that is no inbox is refused, and left as it is', () => {
  test.each([
    ['that is not there', undefined, 'file-missing', /does not exist.*sqliteInbox\(\{ file \}\)/],
    ['that is empty', '', 'file-missing', /is empty/],
    ['of something else', 'This is a diary.\n'.repeat(500), 'inbox-corrupt', /./],
  ])('%s', async (_what, content, code, says) => {
    const folder = await makeFolder();
    const file = join(folder, 'events.db');
    if (content !== undefined) await writeFile(file, content);
    for (const command of [['list'], ['health'], ['retry', '--all']]) {
      const run = await runJson<Failure>(['inbox', ...command, '--sqlite', file]);
      expect([run.code, run.document.error.code]).toEqual([1, code]);
      expect(run.document.error.message).toMatch(says);
      expect(run.stderr).toContain('error: ');
    }
    expect(await readdir(folder)).toEqual(content === undefined ? [] : ['events.db']);
    if (content !== undefined) expect(await readFile(file, 'utf8')).toBe(content);
  });

  test('that is a folder', async () => {
    const { code, document } = await runJson<Failure>(['inbox', 'list', '--sqlite', await makeFolder()]);
    expect([code, document.error.code]).toEqual([1, 'file-missing']);
  });
});

test.each([
  ['--sqlite', 'events.db', '@fic-webhooks/sqlite'],
  ['--redis', 'redis://127.0.0.1:1', '@fic-webhooks/bullmq'],
  ['--postgres', 'postgres://127.0.0.1:1/app', '@fic-webhooks/bullmq'],
])('%s without its package says what to install', async (flag, value, name) => {
  const folder = await makeFolder();
  // An installation beside which there is no inbox.
  await mkdir(join(folder, 'node_modules', '@fic-webhooks'), { recursive: true });
  const require = createRequire(binary);
  for (const needed of ['commander', 'picocolors', 'cli-table3']) {
    const module = require.resolve(needed);
    const marker = join('node_modules', needed);
    await symlink(
      module.slice(0, module.lastIndexOf(marker) + marker.length),
      join(folder, 'node_modules', needed),
    );
  }
  const core = dirname(require.resolve('@fic-webhooks/core/package.json'));
  await symlink(core, join(folder, 'node_modules', '@fic-webhooks', 'core'));
  for (const part of ['bin', 'dist', 'package.json']) {
    await cp(join(dirname(dirname(binary)), part), join(folder, part), { recursive: true });
  }
  await writeFile(join(folder, 'events.db'), 'x');
  const run = startCli(
    ['inbox', 'list', flag, value.replace(/^events/, join(folder, 'events')), '--json'],
    {},
    join(folder, 'bin', 'fic-webhooks.js'),
    undefined,
    folder,
  );
  expect(await run.ended).toBe(1);
  const { error } = JSON.parse(run.stdout()) as Failure;
  expect(error.code).toBe('module-missing');
  expect(error.message).toContain(`npm install ${name}`);
});

test('a store that cannot be reached ends the command in time', async () => {
  const port = await findFreePort();
  for (const flags of [
    ['--redis', `redis://127.0.0.1:${port}`],
    ['--postgres', `postgres://postgres@127.0.0.1:${port}/app`],
  ]) {
    for (const command of [['list'], ['show', 'abcd'], ['retry', '--all'], ['discard', 'abcd'], ['health']]) {
      const startedAt = performance.now();
      const { code, document } = await runJson<Failure>(['inbox', ...command, ...flags]);
      expect([code, document.error.code]).toEqual([1, 'inbox-unreachable']);
      expect(performance.now() - startedAt).toBeLessThan(8_000);
    }
  }
});

test.skipIf(!hasPostgres && !process.env['CI'])('a database without tables is left as it is', async () => {
  const url = await createDatabase();
  for (let turn = 0; turn < 2; turn++) {
    const { code, document } = await runJson<Failure>(['inbox', 'list', '--postgres', url]);
    expect([code, document.error.code]).toEqual([1, 'inbox-missing']);
    expect(document.error.message).toContain('start the receiver once');
  }
});

describe.each(inboxKinds.filter(({ name }) => name !== 'sqlite'))('$name', ({ missing, start }) => {
  test.skipIf(missing !== undefined)('the URL may stand in the environment', async () => {
    const { inbox, url = '' } = await start();
    await inbox.bury(newLetter('conflict'));
    const { code, stdout } = await runCli(['inbox', 'list'], { env: { FIC_INBOX_URL: url } });
    expect([code, stdout]).toEqual([0, expect.stringContaining('  conflict  ')]);
    const other = await runCli(['inbox', 'list', '--queue', 'another'], { env: { FIC_INBOX_URL: url } });
    expect([other.code, other.stdout]).toEqual([0, 'There are no dead letters.\n']);
  });
});
