import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { writeTogether } from '../../src/state/write-together.js';
import { startEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';
import { temporaryFolder } from '../support/temporary-folder.js';

test('everything is there after the file is opened again', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const { url, received } = await startSink([204, 404, 503, 204]);
  const first = startEngine({ state, behaviour: { deliveriesAtOnce: 1 } });
  first.service.state.applications.put({
    id: 7,
    accessToken: 'a/seven',
    scopes: ['entity.clients:r'],
    companies: null,
    disabled: true,
  });
  first.service.state.quotas.write('hour', 1_000, 17);
  const made = first.subscribe(url, { mapping: 'structured' });
  for (let id = 1; id <= 3; id++) first.emit({ ids: [id] });
  await first.engine.settled();
  const all = ({ service, deliveries, attempts }: typeof first) => ({
    subscriptions: service.state.subscriptions.list(),
    applications: service.state.applications.list(),
    quota: service.state.quotas.read('hour', 1_000),
    keys: service.keys,
    now: service.clock.now(),
    deliveries: deliveries().map((delivery) => ({ ...delivery, history: attempts(delivery.id) })),
  });
  const before = all(first);
  expect(before.deliveries.map(({ state: at }) => at)).toEqual(['delivered', 'dropped', 'pending']);
  await first.close();

  const second = startEngine({ state });
  expect(all(second)).toEqual(before);
  // And it goes on, with the same token and the same signing key.
  await second.engine.advance(60_000);
  expect(received).toHaveLength(4);
  expect(received[3]?.headers.authorization).toBe(received[2]?.headers.authorization);
  expect(second.deliveries().map(({ state: at }) => at)).toEqual(['delivered', 'dropped', 'delivered']);
  expect(second.subscription(made.id)?.expiresAt).toBeNull();
  await second.close();
});

test('clearing forgets everything but the key, the applications and the clock', async () => {
  const { url } = await startSink(503);
  const { engine, service, subscribe, emit, deliveries, attempts } = startEngine();
  subscribe(url);
  const { id } = emit();
  await engine.advance(1_000);
  const { keys } = service;
  const now = service.clock.now();
  await engine.clear(() => service.state.clear());
  expect(deliveries()).toEqual([]);
  expect(attempts(id)).toEqual([]);
  expect(service.state.subscriptions.list()).toEqual([]);
  expect(service.state.settings.read('signing-key')).toEqual(keys);
  expect(service.clock.now()).toBe(now);
  // Ids of subscriptions are never used twice.
  expect(subscribe(url).id).toBe('SUB2');
});

test('a transaction that throws leaves nothing, and the next one works', () => {
  const { service, emit, subscribe, deliveries } = startEngine();
  subscribe('http://127.0.0.1:1/');
  let told = 0;
  service.changes.on('clock', () => told++);
  const work = () =>
    writeTogether(service, () => {
      service.state.settings.write('x', 1);
      service.changes.emit('clock');
      throw new Error('No.');
    });
  expect(work).toThrow('No.');
  expect(service.state.settings.read('x')).toBeUndefined();
  emit();
  expect(deliveries()).toHaveLength(1);
  expect(told).toBe(0);
  writeTogether(service, () => service.changes.emit('clock'));
  expect(told).toBe(1);
});

test('kill -9 under load loses nothing: what was on its way is sent again', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const { url, received } = await startSink(async () => {
    await new Promise((resolve) => setTimeout(resolve, 3));
    return 204;
  });
  const prepared = startEngine({ state, clock: 'real' });
  prepared.subscribe(url);
  await prepared.close();

  const accepted: string[] = [];
  for (let round = 1; round <= 3; round++) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', fileURLToPath(new URL('deliver-until-killed.ts', import.meta.url)), state],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    let output = '';
    let errors = '';
    child.stdout.on('data', (chunk) => {
      output += String(chunk);
    });
    child.stderr.on('data', (chunk) => {
      errors += String(chunk);
    });
    const closed = new Promise<NodeJS.Signals | null>((resolve) =>
      child.once('close', (_, signal) => resolve(signal)),
    );
    const enough = received.length + 100 * round;
    await expect
      .poll(() => received.length > enough || child.exitCode !== null, { timeout: 60_000 })
      .toBe(true);
    child.kill('SIGKILL');
    expect({ signal: await closed, errors }).toEqual({ signal: 'SIGKILL', errors: '' });
    // A line that was cut off counts as not accepted.
    accepted.push(...output.split('\n').slice(0, -1));
  }
  const sentBefore = new Set(received.map(({ headers }) => headers['ce-id']));
  expect(accepted.length).toBeGreaterThan(300);
  expect(accepted.some((id) => !sentBefore.has(id))).toBe(true);

  const after = startEngine({ state, clock: 'real' });
  expect(after.deliveries().filter(({ state: at }) => at === 'sending').length).toBeLessThanOrEqual(8);
  await after.engine.settled();
  const counts = new Map<unknown, number>();
  for (const { headers } of received) counts.set(headers['ce-id'], (counts.get(headers['ce-id']) ?? 0) + 1);
  expect(accepted.filter((id) => !counts.has(id))).toEqual([]);
  expect(after.deliveries().every(({ state: at }) => at === 'delivered')).toBe(true);
  // Only what was on its way, at most eight at each kill, came twice.
  const repeated = [...counts.values()].filter((count) => count > 1);
  expect(repeated.length).toBeLessThanOrEqual(3 * 8);
  await after.close();
}, 240_000);
