import { setTimeout as sleep } from 'node:timers/promises';
import type { DeadLetterReason, InboxItem } from '@fic-webhooks/core';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runCli, runJson } from './support/start-cli.js';
import { inboxKinds, newItem, newLetter, type StartedInbox } from './support/start-inbox.js';

interface Listed {
  readonly deadLetters: readonly { readonly key: string; readonly reason: string }[];
  readonly more: boolean;
}

const reasons: readonly DeadLetterReason[] = [
  'attempts',
  'crash-loop',
  'unreadable',
  'conflict',
  'unhandled',
];

/** Keeps a dead letter of each reason, a few milliseconds apart, and gives their keys. */
async function buryAll({ inbox }: StartedInbox): Promise<Record<DeadLetterReason, string>> {
  const keys: Partial<Record<DeadLetterReason, string>> = {};
  for (const reason of reasons) {
    const letter =
      reason === 'unreadable'
        ? newLetter(reason, {
            name: '',
            payload: {
              kind: 'raw',
              headers: [['content-type', 'application/json\u001b[31m']],
              body: Buffer.from('{"data": \u001b]0;evil').toString('base64'),
              claims: claims(),
            },
          })
        : newLetter(reason);
    await inbox.bury(letter);
    keys[reason] = letter.key;
    await sleep(5);
  }
  return keys as Record<DeadLetterReason, string>;
}

function claims() {
  return {
    issuer: 'https://api-v2.fattureincloud.it',
    subject: 'company:108061',
    tokenId: '198:odd',
    expiresAt: 1,
    applicationId: 1234,
  };
}

describe.each(inboxKinds)('$name', ({ name, missing, start }) => {
  const onInbox = test.skipIf(missing !== undefined);
  if (missing !== undefined)
    process.stderr.write(`The inbox commands on ${name} are not tested: ${missing}.\n`);

  onInbox('list and show', async () => {
    const started = await start();
    const { flags } = started;
    expect(await runCli(['inbox', 'list', ...flags])).toMatchObject({
      code: 0,
      stdout: 'There are no dead letters.\n',
      stderr: '',
    });
    const keys = await buryAll(started);

    const list = await runCli(['inbox', 'list', ...flags]);
    expect([list.code, list.stderr]).toEqual([0, '']);
    const [head = '', ...rows] = list.stdout.trimEnd().split('\n');
    expect(head).toMatch(/^KEY +REASON +EVENT +COMPANY +ATTEMPTS +BURIED +ERROR$/);
    expect(rows.map((row) => row.split(/ {2,}/).slice(0, 4))).toEqual(
      reasons.map((reason) =>
        reason === 'unreadable'
          ? [keys[reason].slice(0, 12), reason, '-', '-']
          : [keys[reason].slice(0, 12), reason, 'entities.clients.create', '108061'],
      ),
    );
    expect(rows[0]).toMatch(/ {2}\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ {2}because of attempts$/);

    const { document } = await runJson<Listed>(['inbox', 'list', ...flags]);
    expect(document.more).toBe(false);
    expect(document.deadLetters.map(({ key }) => key)).toEqual(reasons.map((reason) => keys[reason]));
    expect(document.deadLetters[0]).toEqual({
      key: keys.attempts,
      name: 'entities.clients.create',
      reason: 'attempts',
      error: 'because of attempts',
      companyId: 108061,
      ids: [3062300, 3062301],
      attempts: 0,
      crashes: 0,
      handled: [],
      receivedAt: '2026-01-02T03:04:05Z',
      buriedAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/),
    });

    const some = await runCli(['inbox', 'list', ...flags, '--limit', '2']);
    expect(some.stdout.trimEnd().split('\n')).toHaveLength(3);
    expect(some.stderr).toBe('There are more: --all lists them all.\n');
    const two = await runJson<Listed>(['inbox', 'list', ...flags, '--limit', '2']);
    expect([two.document.deadLetters.length, two.document.more]).toEqual([2, true]);
    const one = await runJson<Listed>(['inbox', 'list', ...flags, '--reason', 'conflict', '--all']);
    expect(one.document.deadLetters).toMatchObject([{ key: keys.conflict, reason: 'conflict' }]);

    const shown = await runCli(['inbox', 'show', keys.attempts.slice(0, 8).toUpperCase(), ...flags]);
    expect([shown.code, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout).toContain(`${keys.attempts}\n  event     entities.clients.create\n`);
    expect(shown.stdout).toContain('  reason    attempts: its handlers failed as often as they may\n');
    expect(shown.stdout).toContain('      3062301\n');
    const raw = await runCli(['inbox', 'show', keys.unreadable, ...flags]);
    expect(raw.stdout).toContain('  event     could not be read\n');
    expect(raw.stdout).toContain('  content-type: application/json');
    expect(raw.stdout).toContain('  {"data": ');
    // biome-ignore lint/suspicious/noControlCharactersInRegex: that is what must not be there.
    expect(raw.stdout).not.toMatch(/[\u0000-\u0009\u000b-\u001f]/);
    const exact = await runJson<{ deadLetter: { payload: { body: string } } }>([
      'inbox',
      'show',
      keys.unreadable,
      ...flags,
    ]);
    expect(Buffer.from(exact.document.deadLetter.payload.body, 'base64').toString()).toBe(
      '{"data": \u001b]0;evil',
    );
  });

  onInbox('retry: the worker gets it again', async () => {
    const started = await start();
    const { inbox, flags } = started;
    const keys = await buryAll(started);
    const retried = await runCli(['inbox', 'retry', keys.attempts.slice(0, 10), ...flags]);
    expect([retried.code, retried.stdout, retried.stderr]).toEqual([
      0,
      `✔ ${keys.attempts.slice(0, 12)}  entities.clients.create  retried\n`,
      '',
    ]);
    const taken: InboxItem[] = [];
    const worker = inbox.work({
      concurrency: 2,
      lease: 15_000,
      process: async (item) => {
        taken.push(item);
        return { kind: 'done' };
      },
      onTrouble: () => {},
    });
    onTestFinished(() => worker.stop({ deadline: 1_000 }));
    await expect.poll(() => taken.map(({ key }) => key)).toEqual([keys.attempts]);

    const again = await runJson<{ error: { code: string } }>(['inbox', 'retry', keys.attempts, ...flags]);
    expect([again.code, again.document.error.code]).toEqual([1, 'dead-letter-missing']);
    // One of two is not there: then neither is retried.
    const half = await runCli(['inbox', 'retry', keys.conflict, keys.attempts, ...flags]);
    expect([half.code, half.stdout]).toEqual([1, '']);
    expect((await inbox.health()).deadLetters).toBe(4);

    const all = await runJson<{ retried: string[]; gone: string[] }>([
      'inbox',
      'retry',
      '--all',
      '--limit',
      '2',
      ...flags,
    ]);
    expect([all.code, all.document]).toEqual([
      0,
      { retried: [keys['crash-loop'], keys.unreadable], gone: [] },
    ]);
    const rest = await runCli(['inbox', 'retry', '--all', '--reason', 'unhandled', ...flags]);
    expect(rest.stdout).toContain(`✔ ${keys.unhandled.slice(0, 12)}`);
    const left = await inbox.deadLetters.list();
    expect(left.map(({ key }) => key)).toEqual([keys.conflict]);
    const none = await runCli(['inbox', 'retry', '--all', '--reason', 'attempts', ...flags]);
    expect([none.code, none.stdout]).toEqual([0, 'There are no such dead letters.\n']);
  });

  onInbox('discard: one at once, many only when it is confirmed', async () => {
    const started = await start();
    const { inbox, flags } = started;
    const keys = await buryAll(started);
    const one = await runCli(['inbox', 'discard', keys.attempts, ...flags]);
    expect([one.code, one.stdout]).toEqual([
      0,
      `✔ ${keys.attempts.slice(0, 12)}  entities.clients.create  discarded\n`,
    ]);
    for (const many of [['--all'], ['--all', '--reason', 'unhandled'], [keys.conflict, keys.unhandled]]) {
      const refused = await runCli(['inbox', 'discard', ...many, ...flags]);
      expect([refused.code, refused.stdout]).toEqual([2, '']);
      expect(refused.stderr).toMatch(/--yes is missing, so nothing was discarded.*fic-webhooks inbox list/);
    }
    expect((await inbox.health()).deadLetters).toBe(4);
    const all = await runCli(['inbox', 'discard', '--all', '--yes', ...flags]);
    expect([all.code, all.stderr]).toEqual([0, '']);
    expect(all.stdout.trimEnd().split('\n').at(-1)).toBe('4 discarded.');
    expect(await inbox.deadLetters.list()).toEqual([]);
    // A late delivery of the sender stores nothing.
    expect(await inbox.put(newItem({ key: keys.attempts }))).toBe('duplicate');
  });

  onInbox('health: what waits, and for how long', async () => {
    const started = await start();
    const { inbox, flags } = started;
    const empty = await runCli(['inbox', 'health', ...flags]);
    expect([empty.code, empty.stdout]).toEqual([0, '✔ waiting       0\n✔ dead letters  0\n']);
    await inbox.put(newItem());
    await inbox.put(newItem());
    await inbox.bury(newLetter('attempts'));
    await sleep(1_200);
    const well = await runCli(['inbox', 'health', ...flags]);
    expect(well.code).toBe(0);
    expect(well.stdout).toMatch(
      /^✔ waiting {7}2, the oldest that is due for \d+ s\n! dead letters {2}1\nfic-webhooks inbox list shows/,
    );
    const stale = await runCli(['inbox', 'health', '--stale-after', '1s', ...flags]);
    expect(stale.code).toBe(1);
    expect(stale.stdout).toMatch(/^✖ waiting .*Nobody works on what is stored/s);
    const { code, document } = await runJson(['inbox', 'health', '--stale-after', '1s', ...flags]);
    expect([code, document]).toEqual([
      1,
      { ok: false, waiting: 2, oldestDue: expect.any(Number), deadLetters: 1 },
    ]);
    // To look changes nothing.
    expect(await inbox.health()).toMatchObject({ waiting: 2, deadLetters: 1 });
  });

  onInbox('more dead letters than an inbox gives at once', { timeout: 120_000 }, async () => {
    const { inbox, flags } = await start();
    const letters = Array.from({ length: 1_150 }, () => newLetter('attempts'));
    for (let index = 0; index < letters.length; index += 10) {
      await Promise.all(letters.slice(index, index + 10).map((letter) => inbox.bury(letter)));
    }
    const { document } = await runJson<Listed>(['inbox', 'list', '--all', ...flags]);
    expect(document.deadLetters.map(({ key }) => key).sort()).toEqual(letters.map(({ key }) => key).sort());
    const byDefault = await runJson<Listed>(['inbox', 'list', ...flags]);
    expect([byDefault.document.deadLetters.length, byDefault.document.more]).toEqual([100, true]);
    const many = await runJson<Listed>(['inbox', 'list', '--limit', '1100', ...flags]);
    expect([many.document.deadLetters.length, many.document.more]).toEqual([1_100, true]);
    // Two people at once: each letter is discarded by one of them, and the other is told that it is gone.
    const both = await Promise.all(
      [1, 2].map(() =>
        runJson<{ discarded: string[]; gone: string[] }>(['inbox', 'discard', '--all', '--yes', ...flags]),
      ),
    );
    expect(both.flatMap(({ document: { discarded } }) => discarded).sort()).toEqual(
      letters.map(({ key }) => key).sort(),
    );
    for (const { code, document } of both) expect(code).toBe(document.gone.length === 0 ? 0 : 1);
    expect((await inbox.health()).deadLetters).toBe(0);
  });

  onInbox('a key that is the beginning of several is refused', async () => {
    const { inbox, flags } = await start();
    const [first, second] = ['abcdef01'.padEnd(64, '0'), 'abcdef02'.padEnd(64, '0')] as const;
    for (const key of [first, second]) await inbox.bury(newLetter('attempts', { key }));
    const { code, document } = await runJson<{ error: { code: string; message: string } }>([
      'inbox',
      'discard',
      'abcdef',
      ...flags,
    ]);
    expect([code, document.error]).toEqual([
      1,
      { code: 'key-ambiguous', message: expect.stringContaining('Give more digits') },
    ]);
    expect((await runCli(['inbox', 'discard', 'abcdef01', ...flags])).code).toBe(0);
    expect((await inbox.deadLetters.list()).map(({ key }) => key)).toEqual([second]);
  });
});
