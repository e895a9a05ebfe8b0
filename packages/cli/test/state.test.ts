import { join } from 'node:path';
import { expect, test } from 'vitest';
import { control, trigger } from './support/control.js';
import { makeFolder } from './support/make-folder.js';
import { type Ready, startEmulatorCli, waitFor } from './support/start-cli.js';
import { startSink } from './support/start-sink.js';

interface History {
  readonly total: number;
  readonly deliveries: readonly {
    id: number;
    state: string;
    kind: string;
    ids: number[];
    subscriptionId: string;
  }[];
}

/** The whole history: a page holds 1,000 at most. */
async function listDeliveries(ready: Ready): Promise<History['deliveries']> {
  const all: History['deliveries'][number][] = [];
  for (;;) {
    const before = all.at(-1)?.id;
    const page = `deliveries?limit=1000${before === undefined ? '' : `&before=${before}`}`;
    const { deliveries } = await control<History>(ready, page);
    all.push(...deliveries);
    if (deliveries.length < 1000) return all;
  }
}

test('killed under load, nothing is lost', { timeout: 60_000 }, async () => {
  let isPatient = false;
  const held: (() => void)[] = [];
  // Every fourth event hangs, so that many are under way when the emulator is killed.
  let count = 0;
  const sink = await startSink({
    onEvent: (answer) => {
      if (isPatient || ++count % 4 !== 0) answer();
      else held.push(answer);
    },
  });
  const args = ['--state', join(await makeFolder(), 'state.db'), '--sink', sink.url, '--types', 'entities.*'];
  const first = await startEmulatorCli(args);
  const accepted: number[] = [];
  const load = (async () => {
    for (let id = 1; ; id++) {
      await trigger(first.ready, [id]);
      accepted.push(id);
    }
  })();
  await expect.poll(() => accepted.length > 200 && held.length >= 8, { timeout: 20_000 }).toBe(true);
  first.child.kill('SIGKILL');
  await expect(load).rejects.toThrow();
  expect(await first.ended).toBe('SIGKILL');
  const deliveredBefore = sink.bodies.length;
  expect(deliveredBefore).toBeLessThan(accepted.length);

  isPatient = true;
  const second = await startEmulatorCli(args);
  expect(second.ready.publicKey).toBe(first.ready.publicKey);
  expect(second.ready.subscription).toEqual(first.ready.subscription);
  await waitFor(second, () => second.stderr().includes('SUB1 stands already'));
  const { subscriptions } = await control<{ subscriptions: unknown[] }>(second.ready, 'state');
  expect(subscriptions).toHaveLength(1);

  const answered = () =>
    new Set(sink.bodies.map((body) => (JSON.parse(body) as { data: { ids: [number] } }).data.ids[0]));
  await expect.poll(() => accepted.filter((id) => !answered().has(id)), { timeout: 20_000 }).toEqual([]);
  await expect
    .poll(async () => {
      const deliveries = await listDeliveries(second.ready);
      const events = deliveries.filter(({ kind, ids }) => kind === 'event' && accepted.includes(ids[0] ?? 0));
      return [events.length, new Set(events.map(({ state }) => state))];
    })
    .toEqual([accepted.length, new Set(['delivered'])]);
});
