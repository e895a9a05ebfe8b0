import { expect, test } from 'vitest';
import { startEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';

const day = 24 * 3_600_000;
const minute = 60_000;

test('one success clears the expiry date, and events keep coming until then', async () => {
  const { url, received } = await startSink([404, 400, 200, 404]);
  const { engine, service, subscribe, subscription, emit } = startEngine();
  const { id } = subscribe(url);
  const start = service.clock.now();
  const emitAndSettle = async () => {
    emit();
    await engine.settled();
    return subscription(id)?.expiresAt;
  };
  expect(await emitAndSettle()).toBe(start + 10 * day);
  await engine.advance(day);
  // A second error does not move the date.
  expect(await emitAndSettle()).toBe(start + 10 * day);
  expect(await emitAndSettle()).toBeNull();
  expect(await emitAndSettle()).toBe(start + 11 * day);
  expect(received).toHaveLength(4);
});

test('a subscription past its date lives until the first error', async () => {
  const { url, received } = await startSink([404, 404, 404]);
  const { engine, service, subscribe, subscription, emit, delivery } = startEngine();
  const deleted: [string, string][] = [];
  service.changes.on('subscriptionDeleted', (...details) => deleted.push(details));
  const { id } = subscribe(url);
  emit();
  await engine.settled();
  await engine.advance(10 * day);
  emit();
  await engine.settled();
  expect(subscription(id)).toBeDefined();
  await engine.advance(1);
  expect(subscription(id)).toBeDefined();
  const last = emit();
  await engine.settled();
  expect(subscription(id)).toBeUndefined();
  expect(deleted).toEqual([[id, 'An error came after its expiry date.']]);
  expect(delivery(last.id).state).toBe('dropped');
  expect(received).toHaveLength(3);
});

test('a success past the date saves it', async () => {
  const { url } = await startSink([404, 201]);
  const { engine, subscribe, subscription, emit } = startEngine();
  const { id } = subscribe(url);
  emit();
  await engine.settled();
  await engine.advance(30 * day);
  emit();
  await engine.settled();
  expect(subscription(id)?.expiresAt).toBeNull();
});

test.each([
  { expiryError: 'attempt' as const, attempts: 1, at: 'the first attempt' },
  { expiryError: 'drop' as const, attempts: 4, at: 'the drop' },
])('expiryError $expiryError: past the date, a 5xx deletes at $at', async ({ expiryError, attempts }) => {
  const { url } = await startSink([404, 503]);
  const { engine, subscribe, subscription, emit, delivery } = startEngine({ behaviour: { expiryError } });
  const { id } = subscribe(url);
  emit();
  await engine.settled();
  await engine.advance(11 * day);
  const retried = emit();
  await engine.settled();
  expect(subscription(id) === undefined).toBe(attempts === 1);
  await engine.advance(day);
  expect(subscription(id)).toBeUndefined();
  expect(delivery(retried.id)).toMatchObject({
    attempts,
    state: attempts === 1 ? 'cancelled' : 'dropped',
    dueAt: null,
  });
});

test('410 deletes at once and cancels what waits', async () => {
  const { url, received } = await startSink([503, 503, 410]);
  const { engine, subscribe, subscription, emit, delivery, deliveries } = startEngine();
  const { id } = subscribe(url);
  const other = subscribe(url, { companyId: 2 });
  const waiting = [emit(), emit()];
  await engine.settled();
  const elsewhere = emit({ companyId: 2, faults: ['delay'] });
  const last = emit();
  await engine.settled();
  expect(subscription(id)).toBeUndefined();
  expect(delivery(last.id)).toMatchObject({ state: 'dropped', lastStatus: 410, attempts: 1 });
  for (const { id: waitingId } of waiting) {
    expect(delivery(waitingId)).toMatchObject({ state: 'cancelled', dueAt: null, attempts: 1 });
    expect(delivery(waitingId).reason).toBe('The subscription was deleted. Its sink answered 410.');
  }
  // Another subscription with the same sink is not concerned.
  expect(delivery(elsewhere.id).state).toBe('pending');
  expect(subscription(other.id)).toBeDefined();
  expect(() => emit()).toThrow('has no subscription');
  await engine.advance(day);
  expect(received).toHaveLength(4);
  expect(deliveries().filter(({ state }) => state === 'pending')).toEqual([]);
});

test('what is on its way when the subscription goes is not retried', async () => {
  let release = () => {};
  const { url, received } = await startSink(async ({ body }) => {
    if (!body.includes('[1]')) return 410;
    await new Promise<void>((resolve) => {
      release = resolve;
    });
    return 503;
  });
  const { engine, subscribe, emit, delivery, subscription } = startEngine();
  const { id } = subscribe(url);
  const slow = emit({ ids: [1] });
  await expect.poll(() => received.length).toBe(1);
  emit({ ids: [2] });
  await expect.poll(() => subscription(id)).toBeUndefined();
  release();
  await engine.settled();
  expect(delivery(slow.id)).toMatchObject({ state: 'cancelled', attempts: 1, lastStatus: 503, dueAt: null });
  expect(delivery(slow.id).reason).toContain('Meanwhile the subscription was deleted');
  await engine.advance(day);
  expect(received).toHaveLength(2);
});

test('what an earlier sink says is no news of the present one', async () => {
  const { url, received } = await startSink([404, 410]);
  const { engine, service, subscribe, subscription, emit } = startEngine();
  const made = subscribe(url);
  emit();
  emit();
  service.state.subscriptions.update({ ...made, sink: `${url}/moved` });
  await engine.settled();
  expect(received).toHaveLength(2);
  expect(subscription(made.id)).toMatchObject({ sink: `${url}/moved`, expiresAt: null });
});

test('the announcements come once all is written, and in order', async () => {
  const { url } = await startSink(410);
  const { engine, service, subscribe, subscription, emit, delivery } = startEngine();
  const { id } = subscribe(url);
  const seen: string[] = [];
  service.changes.on('delivery', (changed) => {
    seen.push(`${changed.id} ${changed.state}`);
    expect(delivery(changed.id).state).toBe(changed.state);
  });
  service.changes.on('subscriptionDeleted', () => {
    seen.push('deleted');
    expect(subscription(id)).toBeUndefined();
  });
  emit({ faults: ['delay'] });
  emit();
  await engine.settled();
  expect(seen).toEqual([
    '1 pending',
    '1 pending',
    '2 pending',
    '2 sending',
    '2 dropped',
    '1 cancelled',
    'deleted',
  ]);
  await engine.advance(minute);
});
