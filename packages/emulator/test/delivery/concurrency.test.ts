import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { Lanes } from '../../src/delivery/lanes.js';
import { startEngine } from '../support/start-engine.js';
import { startRawSink, startSink } from '../support/start-sink.js';

/** A sink that takes some time, and counts how many requests it had at once. */
async function startCounter(milliseconds: number, total = { now: 0, most: 0 }) {
  const own = { now: 0, most: 0 };
  const sink = await startSink(async () => {
    for (const count of [own, total]) count.most = Math.max(count.most, ++count.now);
    await delay(milliseconds);
    for (const count of [own, total]) count.now--;
    return 204;
  });
  return { ...sink, own };
}

test.each([1, 3, 8])('at most %i at once to one sink', async (deliveriesAtOnce) => {
  const { url, received, own } = await startCounter(5);
  const { engine, subscribe, emit } = startEngine({ behaviour: { deliveriesAtOnce } });
  subscribe(url);
  for (let count = 0; count < 60; count++) emit();
  await engine.settled();
  expect(received).toHaveLength(60);
  expect(own.most).toBe(deliveriesAtOnce);
});

test('at most 256 at once in all, and every sink gets its turn', async () => {
  const total = { now: 0, most: 0 };
  const sinks = await Promise.all(Array.from({ length: 50 }, () => startCounter(700, total)));
  const { engine, subscribe, emit } = startEngine({ behaviour: { deliveriesAtOnce: 8 } });
  for (const [index, { url }] of sinks.entries()) subscribe(url, { companyId: index + 1 });
  for (let count = 0; count < 20; count++) {
    for (let index = 1; index <= 50; index++) emit({ companyId: index });
  }
  await expect.poll(() => sinks.every(({ received }) => received.length > 0), { timeout: 20_000 }).toBe(true);
  // Nobody is served to the end while others wait for their first.
  expect(Math.max(...sinks.map(({ received }) => received.length))).toBeLessThan(20);
  await engine.settled();
  expect(total.most).toBeGreaterThan(200);
  expect(total.most).toBeLessThanOrEqual(256);
  expect(sinks.map(({ received }) => received.length)).toEqual(Array(50).fill(20));
});

test('deliveriesAtOnce 1 keeps the order', async () => {
  const { url, received } = await startSink(async () => {
    await delay(Math.random() * 4);
    return 204;
  });
  const { engine, subscribe, emit } = startEngine({ behaviour: { deliveriesAtOnce: 1 } });
  subscribe(url);
  const sent = Array.from({ length: 100 }, () => emit().eventId);
  await engine.settled();
  expect(received.map(({ headers }) => headers['ce-id'])).toEqual(sent);
});

test('sinks that hang hold up nobody else', async () => {
  const hanging = await Promise.all(
    Array.from({ length: 20 }, () => startRawSink((socket) => socket.resume())),
  );
  const fast = await startSink();
  const { engine, subscribe, emit, deliveries } = startEngine({
    behaviour: { answerTimeout: 20_000, deliveriesAtOnce: 8 },
  });
  for (const [index, { url }] of hanging.entries()) subscribe(url, { companyId: index + 1 });
  subscribe(fast.url, { companyId: 100 });
  for (let index = 1; index <= 20; index++) {
    for (let count = 0; count < 10; count++) emit({ companyId: index });
  }
  for (let count = 0; count < 200; count++) emit({ companyId: 100 });
  await expect.poll(() => fast.received.length, { timeout: 15_000 }).toBe(200);
  await expect.poll(() => hanging.every(({ open }) => open.size === 8)).toBe(true);
  expect(deliveries().filter(({ state }) => state === 'sending')).toHaveLength(160);
  await engine.close();
  await expect.poll(() => hanging.every(({ open }) => open.size === 0)).toBe(true);
});

test.each([16, 40, 300])(
  '%i sinks that hang, each with all it may have, hold up nobody else',
  async (count) => {
    const hanging = await startRawSink((socket) => socket.resume());
    const fast = await startSink();
    const { engine, subscribe, emit } = startEngine({ behaviour: { answerTimeout: 120_000 } });
    // Each path is a sink of its own.
    for (let index = 1; index <= count; index++) subscribe(`${hanging.url}/${index}`, { companyId: index });
    subscribe(fast.url, { companyId: 1_000 });
    for (let event = 0; event < 20; event++) {
      for (let index = 1; index <= count; index++) emit({ companyId: index });
    }
    await expect
      .poll(() => hanging.open.size, { timeout: 20_000 })
      .toBeGreaterThanOrEqual(Math.max(240, count));
    const before = hanging.open.size;
    for (let event = 0; event < 200; event++) emit({ companyId: 1_000 });
    await expect.poll(() => fast.received.length, { timeout: 20_000 }).toBe(200);
    // Some may have come since.
    expect(hanging.open.size).toBeGreaterThanOrEqual(before);
    expect(hanging.open.size).toBeLessThanOrEqual(Math.max(256, count));
    await engine.close();
  },
);

test('places that are left by some are shared by the others', () => {
  const lanes = new Lanes();
  const free = (sink: string, waiting: readonly string[] = []) =>
    lanes.freePlaces(sink, { perLane: 16, busyLanes: lanes.countBusy([sink, ...waiting]) });
  expect(free('a')).toBe(16);
  for (let count = 0; count < 16; count++) lanes.enter('a');
  expect(free('a')).toBe(0);
  for (let sink = 0; sink < 15; sink++) for (let count = 0; count < 16; count++) lanes.enter(String(sink));
  // All 256 are taken: one more, and no second.
  expect(free('late')).toBe(1);
  lanes.enter('late');
  expect(free('late')).toBe(0);
  lanes.leave('a');
  lanes.leave('a');
  expect(free('a')).toBe(1);
  expect(free('late')).toBe(1);
  for (let count = 0; count < 14; count++) lanes.leave('a');
  expect(lanes.countBusy(['a', 'a-twin'])).toBe(18);
  expect(lanes.countOf('a')).toBe(0);
});

test('settled waits for what is under way and what is due, not for the future', async () => {
  const { url, received } = await startSink(async ({ body }) => {
    await delay(30);
    return body.includes('[1]') ? 503 : 204;
  });
  const { engine, subscribe, emit, delivery } = startEngine();
  await engine.settled();
  subscribe(url);
  const retried = emit({ ids: [1] });
  for (let count = 0; count < 20; count++) emit({ ids: [2] });
  await engine.settled();
  expect(received).toHaveLength(21);
  expect(delivery(retried.id).state).toBe('pending');
});

test('what a sink causes while it is called is delivered too', async () => {
  const harness = startEngine();
  const { url, received } = await startSink((_request, _response, count) => {
    if (count < 10) harness.emit();
    return 204;
  });
  harness.subscribe(url);
  harness.emit();
  await expect.poll(() => received.length).toBe(10);
  await harness.engine.settled();
  expect(harness.deliveries().every(({ state }) => state === 'delivered')).toBe(true);
});

test('keepDeliveries forgets the oldest that have ended, with their attempts', async () => {
  const { url } = await startSink(({ body }) => (body.includes('[1]') ? 503 : 204));
  const { engine, service, subscribe, emit, deliveries, attempts } = startEngine({ keepDeliveries: 20 });
  subscribe(url);
  const waiting = emit({ ids: [1] });
  for (let count = 0; count < 150; count++) {
    emit({ ids: [2] });
    if (count % 30 === 0) await engine.settled();
  }
  await engine.settled();
  const kept = deliveries();
  expect(kept.length).toBeLessThanOrEqual(40);
  expect(kept.length).toBeGreaterThanOrEqual(20);
  // Whatever has not ended stays, however old.
  expect(kept[0]).toMatchObject({ id: waiting.id, state: 'pending' });
  expect(attempts(waiting.id)).toHaveLength(1);
  expect(kept.slice(1).map(({ id }) => id)).toEqual(
    Array.from({ length: kept.length - 1 }, (_, index) => 151 - (kept.length - 2) + index),
  );
  expect(attempts(2)).toEqual([]);
  expect(service.state.deliveries.count()).toBe(kept.length);
});

test('what waits does not count as history, and ids are never used twice', async () => {
  const { url } = await startSink(({ body }) => (body.includes('[1]') ? 503 : 204));
  const { engine, service, subscribe, emit, deliveries } = startEngine({ keepDeliveries: 3 });
  subscribe(url);
  for (let count = 0; count < 6; count++) emit({ ids: [1] });
  await engine.settled();
  const ids: number[] = [];
  for (let count = 0; count < 8; count++) {
    ids.push(emit({ ids: [2] }).id);
    await engine.settled();
  }
  expect(ids).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
  const ended = deliveries().filter(({ state }) => state === 'delivered');
  expect(deliveries()).toHaveLength(6 + ended.length);
  expect(ended.length).toBeGreaterThanOrEqual(3);
  expect(ended.at(-1)?.id).toBe(14);
  await engine.clear(() => service.state.clear());
  subscribe(url);
  expect(emit().id).toBe(1);
});

test('what ended first is forgotten first, whatever was made first', async () => {
  const { url } = await startSink(({ body }, _, count) => (body.includes('[1]') && count === 1 ? 503 : 204));
  const { engine, subscribe, emit, deliveries, delivery } = startEngine({ keepDeliveries: 4 });
  subscribe(url);
  const late = emit({ ids: [1] });
  await engine.settled();
  for (let count = 0; count < 3; count++) emit({ ids: [2] });
  await engine.advance(60_000);
  for (let count = 0; count < 4; count++) {
    emit({ ids: [3] });
    await engine.advance(1_000);
  }
  expect(delivery(late.id).endedAt).toBeGreaterThan(late.createdAt);
  expect(deliveries().map(({ id }) => id)).toEqual(expect.arrayContaining([late.id]));
  expect(deliveries().map(({ ids }) => ids[0])).not.toContain(2);
});

test('the id of one that is forgotten is not given again', async () => {
  const { url } = await startSink(({ body }, _, count) => (body.includes('[1]') && count === 1 ? 503 : 204));
  const { engine, subscribe, emit, deliveries } = startEngine({ keepDeliveries: 1 });
  subscribe(url);
  emit({ ids: [1] });
  await engine.settled();
  emit({ ids: [2] });
  await engine.advance(60_000);
  expect(deliveries().map(({ id }) => id)).toEqual([1]);
  expect(emit().id).toBe(3);
});

test('keepBytes bounds what long answers take', async () => {
  const { url } = await startSink((_request, response) => {
    // Control characters: each takes six bytes in JSON.
    response.end(Buffer.alloc(64 * 1024, 1));
    return undefined;
  });
  const { engine, service, subscribe, emit, deliveries, attempts } = startEngine({ keepBytes: 4_000_000 });
  subscribe(url);
  for (let count = 0; count < 60; count++) {
    emit();
    if (count % 10 === 9) await engine.settled();
  }
  const { bytes, deliveries: kept } = service.state.history.size();
  expect(bytes).toBeGreaterThan(2_000_000);
  expect(bytes).toBeLessThan(5_000_000);
  expect(kept).toBeGreaterThan(4);
  expect(deliveries().map(({ id }) => id)).toEqual(
    Array.from({ length: kept }, (_, index) => 61 - kept + index),
  );
  expect(attempts(60)[0]?.response?.body).toHaveLength(64 * 1024);
  expect(attempts(1)).toEqual([]);
  // What one takes is what was written of it.
  const written = deliveries().reduce(
    (sum, { id, ids }) =>
      sum +
      Buffer.byteLength(
        JSON.stringify(ids) +
          attempts(id)
            .map((one) => JSON.stringify(one))
            .join(''),
      ),
    0,
  );
  expect(bytes).toBe(written);
});

test('close breaks off what is under way, and leaves it to be sent again', async () => {
  const { url, open } = await startRawSink((socket) => socket.resume());
  const { engine, service, subscribe, emit, delivery } = startEngine({
    clock: 'real',
    behaviour: { deliveriesAtOnce: 8 },
  });
  subscribe(url);
  const sent = Array.from({ length: 20 }, () => emit());
  await expect.poll(() => open.size).toBe(8);
  const started = performance.now();
  await engine.close();
  expect(performance.now() - started).toBeLessThan(4_000);
  expect(sent.map(({ id }) => delivery(id).state)).toEqual([
    ...Array(8).fill('sending'),
    ...Array(12).fill('pending'),
  ]);
  await expect.poll(() => open.size).toBe(0);
  // Nothing starts any more, and nobody waits for ever.
  service.wake(url);
  await engine.settled();
  await expect(engine.advance(1)).rejects.toMatchObject({ code: 'emulator-closed' });
  await expect(engine.clear(() => {})).rejects.toMatchObject({ code: 'emulator-closed' });
});
