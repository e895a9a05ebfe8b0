import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { createTestKeyPair, sendOverHttp, signNotification, type TestResponse } from '@fic-webhooks/testing';
import { expect, onTestFinished } from 'vitest';
import { test } from './redis-test.js';
import { shuffled } from './shuffled.js';
import { startRedis } from './start-redis.js';

const keys = createTestKeyPair();
const sink = 'https://example.com/webhooks/fic';

/** What happened in all apps together, in the order in which it was told. */
interface Ledger {
  /** Event ids, once for each start of the handler. */
  readonly began: string[];
  readonly handled: string[];
}

interface App {
  readonly child: ChildProcess;
  readonly send: ReturnType<typeof sendOverHttp>;
}

/** Starts four processes that share a Redis, until the end of the test. */
async function startApps(takes: number): Promise<{ apps: readonly App[]; ledger: Ledger }> {
  const { url } = await startRedis();
  const ledger: Ledger = { began: [], handled: [] };
  const start = async (): Promise<App> => {
    const options = JSON.stringify({ url, publicKey: keys.publicKey, sink, takes });
    const child = fork(fileURLToPath(new URL('./processes/express-app.js', import.meta.url)), [options]);
    onTestFinished(() => {
      child.kill('SIGKILL');
    });
    child.on('message', ({ began, handled }: { began?: string; handled?: string }) => {
      if (began !== undefined) ledger.began.push(began);
      if (handled !== undefined) ledger.handled.push(handled);
    });
    const [{ port }] = (await once(child, 'message')) as [{ port: number }];
    return { child, send: sendOverHttp(`http://127.0.0.1:${port}/webhooks/fic`) };
  };
  return { apps: await Promise.all([start(), start(), start(), start()]), ledger };
}

function codeOf({ status, body }: TestResponse): string {
  return body === '' ? String(status) : `${status} ${(JSON.parse(body) as { code: string }).code}`;
}

test('four processes that get the same event at once run its handler once', async () => {
  const { apps, ledger } = await startApps(20);
  const seed = 20_260_703;
  const events = Array.from({ length: 250 }, (_, index) => ({ id: `198:event-${index}`, ids: [index] }));
  const signed = events.map((event) => signNotification(event, { privateKey: keys.privateKey, sink }));
  const seen = new Map<string, number>();
  for (const [index, notification] of signed.entries()) {
    const answers = await Promise.all(shuffled(apps, seed + index).map(({ send }) => send(notification)));
    const codes = answers.map(codeOf);
    for (const code of codes) seen.set(code, (seen.get(code) ?? 0) + 1);
    expect(
      codes.filter((code) => code !== '204' && code !== '503 in-progress'),
      `seed ${seed}`,
    ).toEqual([]);
    expect(codes, `seed ${seed}`).toContain('204');
  }
  // Most were told that another process is at it: they did come together.
  expect(seen.get('503 in-progress')).toBeGreaterThan(events.length * 2);
  for (const notification of signed) {
    for (const { send } of apps) expect(codeOf(await send(notification))).toBe('204');
  }
  const ids = events.map(({ id }) => id).sort();
  expect([...ledger.began].sort()).toEqual(ids);
  expect([...ledger.handled].sort()).toEqual(ids);
});

test('a failure in one process is tried again in another', async () => {
  const { apps, ledger } = await startApps(0);
  const failing = signNotification(
    { name: 'entities.clients.delete', id: '198:failing' },
    { privateKey: keys.privateKey, sink },
  );
  for (const { send } of apps) expect(codeOf(await send(failing))).toBe('500 handler-failed');
  expect(ledger.began).toEqual(Array.from({ length: 4 }, () => '198:failing'));
});

test('a process is killed in its handler: one of the others handles the event when the lease has ended', async () => {
  const { apps, ledger } = await startApps(1_000);
  const [victim, ...others] = apps as [App, ...App[]];
  const notification = signNotification({ id: '198:orphan' }, { privateKey: keys.privateKey, sink });
  const lost = victim.send(notification).catch(() => 'lost');
  await expect.poll(() => ledger.began).toEqual(['198:orphan']);
  victim.child.kill('SIGKILL');
  await lost;
  for (const { send } of others) expect(codeOf(await send(notification))).toBe('503 in-progress');
  await expect
    .poll(
      async () => {
        const answers = await Promise.all(others.map(({ send }) => send(notification)));
        return answers.map(codeOf);
      },
      { timeout: 25_000, interval: 200 },
    )
    .toContain('204');
  expect(ledger.began).toEqual(['198:orphan', '198:orphan']);
  expect(ledger.handled).toEqual(['198:orphan']);
  for (const { send } of others) expect(codeOf(await send(notification))).toBe('204');
});
