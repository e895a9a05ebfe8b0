import { spawnSync } from 'node:child_process';
import { closeSync, copyFileSync, openSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, type TestContext, test } from 'vitest';
import { emitEvent } from '../../src/events/emit-event.js';
import { companyId, startEngine, type TestEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';
import { temporaryFolder } from '../support/temporary-folder.js';

/** Mounts a small disk of its own, which only root may. */
function mountSmallDisk(skip: TestContext['skip']): { fill(): void; free(): void; readonly file: string } {
  const folder = temporaryFolder();
  const { status, stderr } = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=2m', 'tmpfs', folder], {
    encoding: 'utf8',
  });
  if (status !== 0) {
    process.stdout.write(`Skipped: no disk could be mounted. ${stderr}\n`);
    skip();
  }
  onTestFinished(() => void spawnSync('umount', ['--lazy', folder]));
  const ballast = join(folder, 'ballast');
  return {
    file: join(folder, 'state.db'),
    fill: () => {
      const descriptor = openSync(ballast, 'a');
      try {
        for (;;) writeSync(descriptor, Buffer.alloc(4096));
      } catch (error) {
        expect(error).toMatchObject({ code: 'ENOSPC' });
      } finally {
        closeSync(descriptor);
      }
    },
    free: () => rmSync(ballast),
  };
}

/** Emits until the disk does not take it. */
function emitUntilRefused({ service }: TestEngine, ids: readonly string[] = ['1']): string[] {
  const accepted: string[] = [];
  for (;;) {
    try {
      const { deliveries } = emitEvent(service, { companyId, type: 'entities.clients.create', ids });
      accepted.push(...deliveries.map(({ eventId }) => eventId));
    } catch (error) {
      expect(String(error)).toMatch(/full/);
      return accepted;
    }
    expect(accepted.length).toBeLessThan(5_000);
  }
}

test('an event is accepted for all its subscriptions, or refused', ({ skip }) => {
  const disk = mountSmallDisk(skip);
  const harness = startEngine({ state: disk.file });
  const { service, subscribe, deliveries } = harness;
  for (let count = 0; count < 7; count++) subscribe(`http://127.0.0.1:1/${count}`);
  const told: number[] = [];
  service.changes.on('delivery', ({ id }) => told.push(id));
  // So large that the disk is full in the middle of an event.
  const accepted = emitUntilRefused(
    harness,
    Array.from({ length: 400 }, () => 'x'.repeat(200)),
  );
  expect(accepted.length).toBeGreaterThan(0);
  expect(accepted.length % 7).toBe(0);
  expect(deliveries().map(({ eventId }) => eventId)).toEqual(accepted);
  expect(told).toEqual(deliveries().map(({ id }) => id));
});

test('what cannot be written is told and written later: nothing is lost, nothing sent twice', async ({
  skip,
}) => {
  const disk = mountSmallDisk(skip);
  let answer = () => {};
  const gate = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const { url, received } = await startSink(async () => {
    await gate;
    return 204;
  });
  const harness = startEngine({
    state: disk.file,
    clock: 'real',
    behaviour: { answerTimeout: 60_000, deliveriesAtOnce: 8 },
  });
  const { engine, subscribe, deliveries, attempts, warnings, close } = harness;
  subscribe(url);
  for (let count = 0; count < 30; count++) harness.emit();
  await expect.poll(() => received.length).toBe(8);
  disk.fill();
  emitUntilRefused(harness);
  answer();
  await expect.poll(() => warnings.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(String(warnings[0])).toMatch(/full/);
  await delay(100);
  const sentWhileFull = received.length;
  expect(sentWhileFull).toBeLessThan(30);
  disk.free();
  await engine.settled();
  const all = deliveries();
  expect(all.length).toBeGreaterThanOrEqual(30);
  expect(all.every(({ state }) => state === 'delivered')).toBe(true);
  expect(all.every(({ id }) => attempts(id).length === 1)).toBe(true);
  expect(received.map(({ headers }) => headers['ce-id']).sort()).toEqual(
    all.map(({ eventId }) => eventId).sort(),
  );
  await close();
  const again = startEngine({ state: disk.file });
  expect(again.deliveries()).toEqual(all);
  await again.close();
}, 60_000);

test('a full disk does not keep the engine from closing', async ({ skip }) => {
  const disk = mountSmallDisk(skip);
  const { url, received } = await startSink();
  const harness = startEngine({ state: disk.file, clock: 'real' });
  harness.subscribe(url);
  const accepted = Array.from({ length: 5 }, () => harness.emit().eventId);
  disk.fill();
  await expect.poll(() => harness.warnings.length, { timeout: 10_000 }).toBeGreaterThan(0);
  expect(received).toEqual([]);
  await harness.close();
  // As another process would find it.
  const copy = join(temporaryFolder(), 'state.db');
  copyFileSync(disk.file, copy);
  copyFileSync(`${disk.file}-wal`, `${copy}-wal`);
  const again = startEngine({ state: copy, clock: 'real' });
  await again.engine.settled();
  expect(received.map(({ headers }) => headers['ce-id']).sort()).toEqual(accepted.sort());
  await again.close();
}, 60_000);

test('a full disk is told of once, and not asked again and again', async ({ skip }) => {
  const disk = mountSmallDisk(skip);
  const { url, received } = await startSink();
  const harness = startEngine({ state: disk.file, clock: 'real' });
  const { service, engine, warnings } = harness;
  const sinks = Array.from({ length: 30 }, (_, index) => `${url}?sink=${index}`);
  for (const [index, sink] of sinks.entries()) harness.subscribe(sink, { companyId: index + 1 });
  for (const [index] of sinks.entries()) harness.emit({ companyId: index + 1 });
  disk.fill();
  let tries = 0;
  const take = service.state.deliveries.takeForSink.bind(service.state.deliveries);
  service.state.deliveries.takeForSink = (...wanted) => {
    tries++;
    return take(...wanted);
  };
  const settled = engine.settled();
  // Whatever asks for a look meanwhile.
  for (const end = performance.now() + 3_500; performance.now() < end; await delay(10)) service.wake(url);
  // One a second, whichever sink has its turn.
  expect(tries).toBeGreaterThan(1);
  expect(tries).toBeLessThanOrEqual(5);
  expect(warnings).toEqual([expect.stringMatching(/cannot write its state.*every second.*full/)]);
  expect(received).toEqual([]);
  disk.free();
  await settled;
  expect(received).toHaveLength(30);
  expect(warnings.slice(1)).toEqual(['The emulator can write its state again.']);
}, 60_000);
