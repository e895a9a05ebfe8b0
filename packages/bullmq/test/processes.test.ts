import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { backEnds } from './support/back-ends.js';
import { newItem, openInbox, startWorker } from './support/open-inbox.js';
import { postgresTest } from './support/services.js';
import { startPostgres } from './support/start-postgres.js';
import { startAhead, startProcess } from './support/start-process.js';

for (const { name, test, start } of backEnds) {
  test(`${name}: of six processes that put the same keys, one stores each`, async () => {
    const { url } = await start();
    const count = 200;
    // Three of them begin at each end, all at the same time.
    const writers = Array.from({ length: 6 }, (_, index) =>
      startProcess('put-keys.js', url, String(count), index % 2 === 0 ? 'forward' : 'backward'),
    );
    await expect.poll(() => writers.every(({ lines }) => lines.includes('ready'))).toBe(true);
    const time = Date.now() + 200;
    for (const { child } of writers) child.stdin?.write(`${time}\n`);
    await Promise.all(writers.map((writer) => writer.ended()));
    const keysOf = (answer: string) =>
      writers.flatMap(({ lines }) =>
        lines.filter((line) => line.startsWith(answer)).map((line) => line.split(' ')[1]),
      );
    const stored = keysOf('stored ');
    expect(new Set(stored).size).toBe(stored.length);
    expect(stored.length + keysOf('duplicate ').length).toBe(6 * count);
    // Who stored a key that nobody says to have stored was not answered in time.
    expect(new Set([...stored, ...keysOf('inbox-unreachable ')]).size).toBe(count);
    // Not all by one.
    const winners = writers.filter(({ lines }) => lines.some((line) => line.startsWith('stored ')));
    expect(winners.length).toBeGreaterThan(1);
    const inbox = openInbox({ connection: url });
    expect(await inbox.health()).toMatchObject({ waiting: count, deadLetters: 0 });
  });

  test(`${name}: a worker that is killed three times over an event costs no attempt`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const { key } = newItem();
    await inbox.put(newItem({ key }));
    for (let round = 0; round < 3; round++) {
      const worker = startProcess('work.js', url, '60000', '700');
      await expect.poll(() => worker.lines).toContain(`start ${key} 1 ${round} ${round}`);
      await expect.poll(() => worker.lines).toContain(`marked ${key}`);
      await worker.kill();
    }
    const last = startWorker(inbox, undefined, { lease: 700 });
    await expect.poll(() => last.items.length).toBe(1);
    expect(last.items[0]).toMatchObject({ attempt: 1, crashes: 3, handled: ['run 0', 'run 1', 'run 2'] });
    await expect.poll(() => inbox.health()).toEqual({ waiting: 0, oldestDue: 0, deadLetters: 0 });
  });

  test(`${name}: a worker that is asked to end gives its event back, without a count`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const { key } = newItem();
    await inbox.put(newItem({ key }));
    const first = startProcess('work.js', url, '60000', '60000');
    await expect.poll(() => first.lines).toContain(`marked ${key}`);
    first.child.kill('SIGTERM');
    await first.ended();
    const next = startWorker(inbox, undefined, { lease: 60_000 });
    // Long before the lease of the first one would have ended.
    await expect.poll(() => next.items.length, { timeout: 5_000 }).toBe(1);
    expect(next.items[0]).toMatchObject({ attempt: 1, crashes: 0, handled: ['run 0'] });
  });

  test(`${name}: a process that stood still for longer than its lease ends nothing of its successor's`, async () => {
    const { url } = await start();
    const inbox = openInbox({ connection: url });
    const { key } = newItem();
    await inbox.put(newItem({ key }));
    const first = startProcess('work.js', url, '800', '700');
    await expect.poll(() => first.lines).toContain(`marked ${key}`);
    first.child.kill('SIGSTOP');
    let finish = () => {};
    const held = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const second = startWorker(
      inbox,
      async () => {
        await held;
        return { kind: 'retry', after: 60_000, error: 'failed' };
      },
      { lease: 700 },
    );
    await expect.poll(() => second.items.length).toBe(1);
    first.child.kill('SIGCONT');
    await expect.poll(() => first.lines).toContain(`end ${key}`);
    await sleep(1_500);
    expect(second.items[0]?.signal.aborted).toBe(false);
    finish();
    await expect.poll(() => inbox.health()).toEqual({ waiting: 1, oldestDue: 0, deadLetters: 0 });
    expect(await inbox.put(newItem({ key }))).toBe('duplicate');
  });
}

postgresTest('PostgreSQL: a process whose clock is wrong stores, and does not work', async () => {
  const { url } = await startPostgres();
  const inbox = openInbox({ connection: url });
  const { key } = newItem();
  await inbox.put(newItem({ key }));
  const ahead = startAhead(60_000, 'work.js', url, '2', '15000');
  await expect
    .poll(() => ahead.lines.join('\n'))
    .toMatch(/trouble inbox-clock-skewed The clock of this machine is (?:59|60)\d{3} ms ahead of/);
  const writer = startAhead(60_000, 'put-keys.js', url, '3');
  await expect.poll(() => writer.lines).toContain('ready');
  writer.child.stdin?.write('0\n');
  await writer.ended();
  expect(writer.lines.filter((line) => line.startsWith('stored '))).toHaveLength(3);
  expect(ahead.lines.filter((line) => line.startsWith('start'))).toEqual([]);
  const right = startWorker(inbox);
  await expect.poll(() => right.items.length).toBe(4);
});
