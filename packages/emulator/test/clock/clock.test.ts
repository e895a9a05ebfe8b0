import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { parseDuration } from '../../src/clock/parse-duration.js';
import { EmulatorError } from '../../src/emulator-error.js';
import { startEngine } from '../support/start-engine.js';
import { startRawSink, startSink } from '../support/start-sink.js';

const hour = 3_600_000;
const day = 24 * hour;

function stateFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'fic-webhooks-clock-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'state.db');
}

test('manual: what is due now happens at once, the future waits', async () => {
  const { url, received } = await startSink(503);
  const { engine, service, subscribe, emit } = startEngine({ behaviour: { retryIntervals: [1, 1, 1] } });
  subscribe(url);
  const start = service.clock.now();
  emit();
  await engine.settled();
  await delay(50);
  expect(received).toHaveLength(1);
  expect(service.clock.now()).toBe(start);
});

test('real: what is due later happens by itself', async () => {
  const { url, received } = await startSink([503, 503, 204]);
  const { subscribe, emit, delivery } = startEngine({
    clock: 'real',
    behaviour: { retryIntervals: [50, 100, 100] },
  });
  subscribe(url);
  const { id } = emit();
  await expect.poll(() => delivery(id).state, { timeout: 10_000 }).toBe('delivered');
  const [first, second, third] = received.map(({ at }) => at);
  expect((second ?? 0) - (first ?? 0)).toBeGreaterThanOrEqual(49);
  expect((third ?? 0) - (second ?? 0)).toBeGreaterThanOrEqual(99);
});

test('real: it goes on after a move, and later deliveries come sooner by it', async () => {
  const { url, received } = await startSink(503);
  const { engine, service, subscribe, emit } = startEngine({
    clock: 'real',
    behaviour: { retryIntervals: [hour, hour, hour] },
  });
  subscribe(url);
  emit();
  await engine.settled();
  const before = service.clock.now() - Date.now();
  await engine.advance(hour - 300);
  const ahead = service.clock.now() - Date.now() - before;
  expect(ahead).toBeGreaterThan(hour - 3_000);
  expect(ahead).toBeLessThanOrEqual(hour - 298);
  const now = service.clock.now();
  await delay(20);
  expect(service.clock.now()).toBeGreaterThan(now);
  // A timer was set for an hour: it must not be waited for.
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(2);
});

test('real: a nearer time replaces a farther one', async () => {
  const { url, received } = await startSink([503, 204]);
  const { engine, subscribe, emit, faultBox } = startEngine({
    clock: 'real',
    behaviour: { retryIntervals: [hour, hour, hour] },
  });
  faultBox.change({ delayBy: 100 });
  subscribe(url);
  emit();
  await engine.settled();
  emit({ faults: ['delay'] });
  await expect.poll(() => received.length, { timeout: 10_000 }).toBe(2);
});

test('real: sinks that hang do not set it back', async () => {
  const { url, open } = await startRawSink((socket) => socket.resume());
  const { engine, service, subscribe, emit, delivery } = startEngine({
    clock: 'real',
    behaviour: { answerTimeout: 2_000 },
  });
  subscribe(url);
  const ahead = () => service.clock.now() - Date.now();
  const hanging = emit();
  await expect.poll(() => open.size).toBe(1);
  const before = ahead();
  await engine.advance(1_000);
  expect(delivery(hanging.id).state).toBe('dropped');
  const after = ahead();
  expect(after).toBeGreaterThanOrEqual(before - 5);
  // One that hangs while the clock is moved, from one thing due to the next.
  emit();
  await engine.advance(0);
  expect(ahead()).toBeGreaterThanOrEqual(after - 5);
});

test('a reset breaks off what hangs, an advance too, and the clock stays', async () => {
  const { url, open } = await startRawSink((socket) => socket.resume());
  const { engine, service, subscribe, emit, deliveries } = startEngine({
    clock: 'real',
    behaviour: { answerTimeout: 300_000 },
  });
  subscribe(url);
  const told: string[] = [];
  emit();
  await expect.poll(() => open.size).toBe(1);
  const before = service.clock.now() - Date.now();
  service.changes.on('delivery', ({ state }) => told.push(state));
  const moved = engine.advance(day);
  const refused = expect(moved).rejects.toMatchObject({ code: 'emulator-closed' });
  await engine.clear(() => service.state.clear());
  await refused;
  expect(deliveries()).toEqual([]);
  // It did not end: it was forgotten.
  expect(told).toEqual([]);
  expect(service.clock.now() - Date.now()).toBeGreaterThanOrEqual(before - 5);
  await expect.poll(() => open.size).toBe(0);
  // And it goes on.
  subscribe(url);
  expect(emit().id).toBe(1);
  await expect.poll(() => open.size).toBe(1);
});

test('a clock that cannot be written leaves nothing half done', async () => {
  const { url, received } = await startSink([503, 204]);
  const { engine, service, subscribe, emit, delivery, warnings } = startEngine();
  subscribe(url);
  const { id } = emit();
  await engine.settled();
  const { settings } = service.state;
  const write = settings.write.bind(settings);
  let failures = 2;
  settings.write = (name, value) => {
    if (failures-- > 0) throw new Error('database or disk is full');
    write(name, value);
  };
  const before = service.clock.now();
  await engine.advance(5 * day);
  expect(delivery(id)).toMatchObject({ state: 'delivered', attempts: 2 });
  expect(received).toHaveLength(2);
  expect(service.clock.now()).toBe(before + 5 * day);
  expect(settings.read('clock')).toMatchObject({ standsAt: before + 5 * day });
  expect(warnings).toHaveLength(2);
});

test('a manual clock stands where it stood, however long the emulator was off', async () => {
  const state = stateFile();
  const first = startEngine({ state });
  const start = first.service.clock.now();
  await first.close();
  await delay(20);
  const second = startEngine({ state });
  expect(second.service.clock.now()).toBe(start);
  await second.engine.advance(day);
  await second.close();
  await delay(20);
  const third = startEngine({ state });
  expect(third.service.clock.now()).toBe(start + day);
});

test('a clock never goes back when its mode changes', async () => {
  const state = stateFile();
  const manual = startEngine({ state });
  await manual.engine.advance(10 * day);
  const stood = manual.service.clock.now();
  await manual.close();
  const real = startEngine({ state, clock: 'real' });
  expect(real.service.clock.now()).toBeGreaterThanOrEqual(stood);
  await real.engine.advance(day);
  await delay(30);
  const went = real.service.clock.now();
  expect(went).toBeGreaterThan(stood + day);
  await real.close();
  const again = startEngine({ state });
  expect(again.service.clock.now()).toBeGreaterThanOrEqual(went);
  await again.close();
});

test.each([
  ['10d', 10 * day],
  [' 90s ', 90_000],
  ['1.5h', 1.5 * hour],
  ['2 hours', 2 * hour],
  ['250', 250],
  [250, 250],
  [0, 0],
  [0.4, 0],
])('%j is %d ms', (text, milliseconds) => {
  expect(parseDuration(text)).toBe(milliseconds);
});

test.each([
  '',
  ' ',
  'soon',
  '10 parsecs',
  '-1s',
  '101y',
  'x'.repeat(200),
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  null,
  {},
])('%j is no span of time', (value) => {
  const parse = () => parseDuration(value as string, 'by');
  expect(parse).toThrow(EmulatorError);
  expect(parse).toThrow(expect.objectContaining({ code: 'duration-invalid', field: 'by' }));
  expect(parse).toThrow(/^by is .*no span of time.*"10m"/);
});
