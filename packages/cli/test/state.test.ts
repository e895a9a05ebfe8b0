import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { control, trigger } from './support/control.js';
import { startEmulatorCli, waitFor } from './support/start-cli.js';
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

async function makeStateFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'fic-webhooks-cli-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  return join(folder, 'state.db');
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
  const args = ['--state', await makeStateFile(), '--sink', sink.url, '--types', 'entities.*'];
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
  expect(second.stderr()).toContain('SUB1 is there from an earlier run');
  const { subscriptions } = await control<{ subscriptions: unknown[] }>(second.ready, 'state');
  expect(subscriptions).toHaveLength(1);

  const answered = () =>
    new Set(sink.bodies.map((body) => (JSON.parse(body) as { data: { ids: [number] } }).data.ids[0]));
  await expect.poll(() => accepted.filter((id) => !answered().has(id)), { timeout: 20_000 }).toEqual([]);
  await expect
    .poll(async () => {
      const { deliveries } = await control<History>(second.ready, 'deliveries?limit=10000');
      const events = deliveries.filter(({ kind, ids }) => kind === 'event' && accepted.includes(ids[0] ?? 0));
      return [events.length, new Set(events.map(({ state }) => state))];
    })
    .toEqual([accepted.length, new Set(['delivered'])]);
});

test('a subscription of an earlier run gets only the types that it lacks', async () => {
  const sink = await startSink();
  const args = ['--state', await makeStateFile(), '--sink', sink.url];
  const run = async (types: string) => {
    const cli = await startEmulatorCli([...args, '--types', types]);
    const { subscriptions } = await control<{ subscriptions: { id: string; types: string[] }[] }>(
      cli.ready,
      'state',
    );
    cli.child.kill('SIGTERM');
    expect(await cli.ended).toBe(0);
    return subscriptions.map(({ id, types }) => [id, types.length]);
  };
  const [[, groupSize] = []] = await run('issued_documents.all.create');
  expect(groupSize).toBeGreaterThan(5);
  expect(await run('issued_documents.all.create')).toEqual([['SUB1', groupSize]]);
  expect(await run('issued_documents.all.create,products.create')).toEqual([
    ['SUB1', groupSize],
    ['SUB2', 1],
  ]);
  expect(await run('products.create')).toHaveLength(2);
});

test('a sink that does not echo the challenge is said, and asked again in the next run', async () => {
  const args = ['--state', await makeStateFile(), '--clock', 'manual', '--types', 'products.create'];
  const bad = await startSink({ echoesChallenge: false });
  const first = await startEmulatorCli([...args, '--sink', bad.url]);
  expect(first.ready.subscription).toMatchObject({ id: 'SUB1', verified: false });
  expect(first.stderr()).toMatch(/^warning: .*404/m);
  await control(first.ready, 'clock/advance', { by: '10m' });
  first.child.kill('SIGTERM');
  expect(await first.ended).toBe(0);

  const second = await startEmulatorCli([...args, '--sink', bad.url]);
  await waitFor(second, () => /SUB1 .*not verified.* It is on its way/.test(second.stderr()));
  await expect
    .poll(async () => {
      const { deliveries } = await control<History>(second.ready, 'deliveries');
      return deliveries.map(({ kind, state, subscriptionId }) => [kind, state, subscriptionId]);
    })
    .toEqual([
      ['verification', 'dropped', 'SUB1'],
      ['verification', 'dropped', 'SUB1'],
    ]);
});
