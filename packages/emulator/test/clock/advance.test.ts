import { setTimeout as delay } from 'node:timers/promises';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { startEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';

const minute = 60_000;
const hour = 60 * minute;
const day = 24 * hour;
const seed = Number(process.env['FIC_SEED'] ?? 20_230_404);

/** One step of a schedule: an event whose attempts get these statuses, or a move of the clock. */
type Step = { readonly emit: readonly number[]; readonly delayed: boolean } | { readonly advance: number };

const statuses = fc.array(fc.constantFrom(204, 503, 500, 404, 502), { minLength: 1, maxLength: 4 });
const schedule = fc.array(
  fc.oneof(
    { weight: 2, arbitrary: fc.record({ emit: statuses, delayed: fc.boolean() }) },
    { weight: 1, arbitrary: fc.record({ advance: fc.integer({ min: 0, max: 13 * day }) }) },
  ),
  { minLength: 1, maxLength: 25 },
);

/** Runs a schedule, and tells all that happened, in order and by the clock. */
async function run(steps: readonly Step[]) {
  const script: (readonly number[])[] = [];
  const made = new Map<number, number>();
  const { url, received } = await startSink(({ body }) => {
    const number = Number(JSON.parse(body).data.ids[0]);
    const attempt = made.get(number) ?? 0;
    made.set(number, attempt + 1);
    return script[number]?.[attempt] ?? 503;
  });
  const { engine, service, subscribe, subscription, emit, deliveries, attempts, close } = startEngine();
  const start = service.clock.now();
  const { id } = subscribe(url);
  for (const step of steps) {
    if ('advance' in step) await engine.advance(step.advance);
    else if (subscription(id) !== undefined) {
      const ids = [script.push(step.emit) - 1];
      emit({ ids, faults: step.delayed ? ['delay'] : [] });
    }
  }
  await engine.advance(0);
  const told = {
    now: service.clock.now() - start,
    order: received.map(({ body }) => body),
    deliveries: deliveries().map(({ state, reason, attempts: count, dueAt, createdAt }) => ({
      state,
      reason,
      count,
      dueAt: dueAt === null ? null : dueAt - start,
      createdAt: createdAt - start,
    })),
    attempts: deliveries().flatMap((delivery) =>
      attempts(delivery.id).map(({ number, at, verdict, why }) => ({
        id: delivery.id,
        number,
        at: at - start,
        verdict,
        why,
      })),
    ),
    expiresAt: (subscription(id)?.expiresAt ?? start) - start,
    isDeleted: subscription(id) === undefined,
  };
  await close();
  return told;
}

describe('advance', () => {
  test('any schedule: twice the same, in order of time, and never early or late', async () => {
    await fc.assert(
      fc.asyncProperty(schedule, async (steps) => {
        const first = await run(steps);
        expect(await run(steps)).toEqual(first);
        const advanced = steps.reduce((sum, step) => sum + ('advance' in step ? step.advance : 0), 0);
        expect(first.now).toBe(advanced);
        // What is left is due in the future only.
        for (const { state, dueAt } of first.deliveries) {
          if (state === 'pending') expect(dueAt).toBeGreaterThan(first.now);
          else expect(dueAt).toBeNull();
        }
        const intervals = [minute, 10 * minute, hour];
        for (const attempt of first.attempts.filter(({ number }) => number > 1)) {
          const before = first.attempts.find(
            ({ id, number }) => id === attempt.id && number === attempt.number - 1,
          );
          expect(attempt.at - (before?.at ?? 0)).toBe(intervals[attempt.number - 2]);
        }
        expect(first.order).toHaveLength(first.attempts.length);
      }),
      { seed, numRuns: 40 },
    );
  }, 120_000);

  test('events of one moment go in the order they were made, later ones after', async () => {
    const { url, received } = await startSink(({ body }, _, count) =>
      count <= 3 && body.includes('9') ? 503 : 204,
    );
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    for (const id of [91, 92, 93]) emit({ ids: [id] });
    await engine.advance(30_000);
    emit({ ids: [4], faults: ['delay'] });
    emit({ ids: [5] });
    await engine.advance(day);
    expect(received.map(({ body }) => JSON.parse(body).data.ids[0])).toEqual([91, 92, 93, 5, 4, 91, 92, 93]);
  });

  test('over a state with nothing', async () => {
    const { engine, service } = startEngine();
    const start = service.clock.now();
    await engine.advance(10 * day);
    expect(service.clock.now()).toBe(start + 10 * day);
    await engine.advance(0);
    expect(service.clock.now()).toBe(start + 10 * day);
  });

  test('two at once add up, one after the other', async () => {
    const { url, received } = await startSink(503);
    const { engine, service, subscribe, emit, attempts } = startEngine();
    subscribe(url);
    const start = service.clock.now();
    const { id } = emit();
    let moves = 0;
    service.changes.on('clock', () => moves++);
    await Promise.all([engine.advance(minute), engine.advance(10 * minute), engine.advance(hour)]);
    expect(service.clock.now()).toBe(start + 71 * minute);
    expect(received).toHaveLength(4);
    expect(attempts(id).map(({ at }) => at - start)).toEqual([0, minute, 11 * minute, 71 * minute]);
    expect(moves).toBe(3);
  });

  test('waits for what is under way, and takes it into account', async () => {
    const { url, received } = await startSink(async (_request, _response, count) => {
      if (count === 1) await delay(150);
      return 503;
    });
    const { engine, service, subscribe, emit, attempts } = startEngine();
    subscribe(url);
    const start = service.clock.now();
    const { id } = emit();
    await expect.poll(() => received.length).toBe(1);
    await engine.advance(minute);
    expect(attempts(id).map(({ at }) => at - start)).toEqual([0, minute]);
  });

  test('what is made while it goes on takes its place', async () => {
    const harness = startEngine();
    const { url, received } = await startSink((_request, _response, count) => {
      if (count === 2) harness.emit({ ids: ['new'] });
      return count === 1 ? 503 : 204;
    });
    harness.subscribe(url);
    const start = harness.service.clock.now();
    harness.emit({ ids: ['old'] });
    await harness.engine.advance(day);
    expect(received).toHaveLength(3);
    const [, made] = harness.deliveries();
    expect(made).toMatchObject({ state: 'delivered', createdAt: start + minute });
  });

  test('a move that is broken off by closing says so', async () => {
    const { url, received } = await startSink(() => undefined);
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    emit();
    const moved = engine.advance(day);
    const refused = expect(moved).rejects.toMatchObject({ code: 'emulator-closed' });
    await expect.poll(() => received.length).toBe(1);
    await engine.close();
    await refused;
  });

  test('nothing else is started meanwhile: one request at a time', async () => {
    let now = 0;
    let most = 0;
    const { url } = await startSink(async () => {
      most = Math.max(most, ++now);
      await delay(2);
      now--;
      return 204;
    });
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    for (let count = 0; count < 20; count++) emit();
    await engine.advance(1);
    expect(most).toBe(1);
  });
});
