import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { worstBehaviour } from '../../src/model/service-behaviour.js';
import { startEngine } from '../support/start-engine.js';
import { startRawSink, startSink } from '../support/start-sink.js';

const day = 24 * 3_600_000;
const minute = 60_000;
const successes = [200, 201, 202, 204];

describe('what each status makes of an event', () => {
  test('every status from 200 to 599', async () => {
    const { url, received } = await startSink((request) => Number(JSON.parse(request.body).data.ids[0]));
    const { engine, service, subscribe, emit, delivery, attempts } = startEngine();
    const statuses = Array.from({ length: 400 }, (_, index) => index + 200);
    const sent = statuses.map((status) => {
      // One subscription each, so that no verdict touches another.
      const { id } = subscribe(url, { companyId: status });
      return { status, subscriptionId: id, deliveryId: emit({ companyId: status, ids: [status] }).id };
    });
    await engine.settled();

    for (const { status, subscriptionId, deliveryId } of sent) {
      const { state, lastStatus, reason, dueAt } = delivery(deliveryId);
      const subscription = service.state.subscriptions.find(subscriptionId);
      const isError = status >= 500;
      const isSuccess = successes.includes(status);
      expect({ status, state }).toEqual({
        status,
        state: isSuccess ? 'delivered' : isError ? 'pending' : 'dropped',
      });
      expect(lastStatus).toBe(status);
      expect(reason).toContain(String(status));
      expect(attempts(deliveryId).map(({ verdict }) => verdict)).toEqual([
        status === 410 ? 'deleted' : isSuccess ? 'delivered' : isError ? 'retry' : 'dropped',
      ]);
      expect(dueAt === null).toBe(!isError);
      expect(subscription === undefined).toBe(status === 410);
      // The first dropped event starts the ten days; success and errors that are retried do not.
      if (status !== 410) {
        const starts = !isSuccess && !isError;
        expect(subscription?.expiresAt).toBe(starts ? service.clock.now() + 10 * day : null);
      }
    }
    expect(received).toHaveLength(400);
  });

  test('a redirect is never followed', async () => {
    const target = await startSink(200);
    const { engine, subscribe, emit, delivery, attempts } = startEngine();
    for (const status of [301, 302, 303, 307, 308]) {
      const { url } = await startSink((_, response) => {
        response.writeHead(status, { Location: target.url }).end();
        return undefined;
      });
      subscribe(url, { companyId: status });
      const { id } = emit({ companyId: status });
      await engine.settled();
      expect(delivery(id)).toMatchObject({ state: 'dropped', attempts: 1, lastStatus: status });
      expect(delivery(id).reason).toContain('redirects are never followed');
      expect(attempts(id)[0]?.response?.headers).toContainEqual(['Location', target.url]);
    }
    expect(target.received).toEqual([]);
  });

  test.each(['HTTP/1.1 102 Processing', 'HTTP/1.1 103 Early Hints', 'HTTP/1.1 100 Continue'])(
    '%s is not the answer yet',
    async (line) => {
      const { url } = await startRawSink((socket) => {
        socket.once('data', () => {
          socket.write(`${line}\r\n\r\n`);
          setTimeout(() => socket.end('HTTP/1.1 204 No Content\r\n\r\n'), 30);
        });
      });
      const alone = await startRawSink((socket) =>
        socket.once('data', () => socket.write(`${line}\r\n\r\n`)),
      );
      const { engine, subscribe, emit, delivery } = startEngine({ behaviour: { answerTimeout: 250 } });
      subscribe(url, { companyId: 1 });
      subscribe(alone.url, { companyId: 2 });
      const followed = emit({ companyId: 1 });
      const unfollowed = emit({ companyId: 2 });
      await engine.settled();
      expect(delivery(followed.id)).toMatchObject({ state: 'delivered', lastStatus: 204 });
      expect(delivery(unfollowed.id)).toMatchObject({ state: 'dropped', lastStatus: null });
    },
  );

  test('101 is no answer to a request that asks for no upgrade', async () => {
    const { url, open } = await startRawSink((socket) =>
      socket.once('data', () =>
        socket.write(
          'HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\nrubbish',
        ),
      ),
    );
    const { engine, subscribe, emit, delivery, attempts } = startEngine();
    subscribe(url);
    const { id } = emit();
    await engine.settled();
    expect(delivery(id)).toMatchObject({ state: 'dropped', lastStatus: null });
    expect(attempts(id)[0]?.failure?.code).toBe('invalid-http');
    await expect.poll(() => open.size).toBe(0);
  });
});

describe('late answers and broken connections', () => {
  const hang = () => startRawSink(() => {});
  const reset = () => startRawSink((socket) => socket.once('data', () => socket.resetAndDestroy()));
  const refused = async () => {
    const { url, port } = await startRawSink(() => {});
    // A port that was free a moment ago and on which nobody listens.
    return { url: url.replace(String(port), '1') };
  };

  test.each([
    { name: 'a late answer', start: hang, code: 'timeout', option: 'onTimeout' as const },
    { name: 'a reset', start: reset, code: 'reset', option: 'onReset' as const },
    { name: 'a refused connection', start: refused, code: 'refused', option: 'onReset' as const },
  ])('$name is dropped, or retried four times, as the option says', async ({ start, code, option }) => {
    const { url } = await start();
    const other = option === 'onTimeout' ? 'onReset' : 'onTimeout';
    const dropping = startEngine({
      behaviour: { answerTimeout: 150, [option]: 'dropped', [other]: 'retried' },
    });
    const dropped = dropping.subscribe(url);
    const first = dropping.emit();
    await dropping.engine.settled();
    expect(dropping.delivery(first.id)).toMatchObject({ state: 'dropped', attempts: 1, dueAt: null });
    expect(dropping.attempts(first.id)[0]?.failure?.code).toBe(code);
    expect(dropping.subscription(dropped.id)?.expiresAt).not.toBeNull();

    const retrying = startEngine({
      behaviour: { answerTimeout: 150, [option]: 'retried', [other]: 'dropped' },
    });
    const retried = retrying.subscribe(url);
    const second = retrying.emit();
    await retrying.engine.settled();
    expect(retrying.delivery(second.id)).toMatchObject({ state: 'pending', attempts: 1 });
    expect(retrying.subscription(retried.id)?.expiresAt).toBeNull();
    await retrying.engine.advance(2 * 3_600_000);
    expect(retrying.delivery(second.id)).toMatchObject({ state: 'dropped', attempts: 4, dueAt: null });
    expect(retrying.attempts(second.id).map(({ failure }) => failure?.code)).toEqual([
      code,
      code,
      code,
      code,
    ]);
    expect(retrying.subscription(retried.id)?.expiresAt).not.toBeNull();
  });
});

describe('four attempts', () => {
  test('at growing intervals, and then no more', async () => {
    const { url, received } = await startSink(503);
    const { engine, service, subscribe, subscription, emit, delivery, attempts } = startEngine();
    const { id: subscriptionId } = subscribe(url);
    const start = service.clock.now();
    const { id } = emit();
    await engine.settled();
    expect(received).toHaveLength(1);
    await engine.advance(minute - 1);
    expect(received).toHaveLength(1);
    await engine.advance(1);
    expect(received).toHaveLength(2);
    expect(delivery(id)).toMatchObject({ state: 'pending', attempts: 2, dueAt: start + 11 * minute });
    await engine.advance(10 * minute);
    expect(received).toHaveLength(3);
    expect(subscription(subscriptionId)?.expiresAt).toBeNull();
    await engine.advance(100 * day);
    expect(received).toHaveLength(4);
    expect(attempts(id).map(({ number, at, verdict }) => [number, at - start, verdict])).toEqual([
      [1, 0, 'retry'],
      [2, minute, 'retry'],
      [3, 11 * minute, 'retry'],
      [4, 71 * minute, 'dropped'],
    ]);
    expect(delivery(id)).toMatchObject({ state: 'dropped', attempts: 4, lastStatus: 503, dueAt: null });
    expect(delivery(id).reason).toContain('attempt 4 of 4');
    expect(subscription(subscriptionId)?.expiresAt).toBe(start + 71 * minute + 10 * day);
    // The same event under the same id each time.
    expect(new Set(received.map(({ headers }) => headers['ce-id'])).size).toBe(1);
    expect(new Set(received.map(({ body }) => body)).size).toBe(1);
  });

  test('success ends them at any attempt', async () => {
    const seed = Number(process.env['FIC_SEED'] ?? 20_230_404);
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 0, max: 4 }),
        fc.constantFrom(...successes),
        fc.tuple(fc.nat(9_999_999), fc.nat(9_999_999), fc.nat(9_999_999)),
        async (failures, success, retryIntervals) => {
          const { url, received } = await startSink([...Array(failures).fill(500), success]);
          const { engine, subscribe, emit, delivery, close } = startEngine({ behaviour: { retryIntervals } });
          subscribe(url);
          const { id } = emit();
          await engine.advance(30_000_000);
          expect(received).toHaveLength(Math.min(failures + 1, 4));
          expect(delivery(id).state).toBe(failures < 4 ? 'delivered' : 'dropped');
          await close();
        },
      ),
      { seed, numRuns: 25 },
    );
  });

  test('the default intervals grow', () => {
    const [first, second, third] = worstBehaviour.retryIntervals;
    expect(first).toBeLessThan(second);
    expect(second).toBeLessThan(third);
  });
});
