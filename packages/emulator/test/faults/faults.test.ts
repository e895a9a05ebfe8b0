import { describe, expect, test } from 'vitest';
import { EmulatorError } from '../../src/emulator-error.js';
import { drawFault } from '../../src/faults/draw-faults.js';
import { type FaultName, faultNames, noFaults } from '../../src/model/fault-settings.js';
import type { ServiceBehaviour } from '../../src/model/service-behaviour.js';
import { startEngine } from '../support/start-engine.js';
import { startReceiver } from '../support/start-receiver.js';
import { startRawSink, startSink } from '../support/start-sink.js';

const hour = 3_600_000;

describe('on request, per event', () => {
  test('duplicate: the same event is sent twice, and a receiver handles it once', async () => {
    const { service, engine, subscribe, emit, deliveries } = startEngine();
    const { url, handled } = await startReceiver(service.keys.publicKey);
    subscribe(url);
    const { id, eventId } = emit({ faults: ['duplicate'] });
    await engine.settled();
    const [first, second, ...others] = deliveries();
    expect(others).toEqual([]);
    expect(first).toMatchObject({ id, eventId, repeats: null });
    expect(second).toMatchObject({ eventId, repeats: id, state: 'delivered', faults: [] });
    expect(handled.map((event) => event.id)).toEqual([eventId]);
  });

  test('delay: later ones overtake it', async () => {
    const { url, received } = await startSink();
    const { engine, service, faultBox, subscribe, emit, delivery } = startEngine();
    faultBox.change({ delayBy: 5_000 });
    subscribe(url);
    const late = emit({ faults: ['delay'] });
    expect(late).toMatchObject({
      dueAt: service.clock.now() + 5_000,
      reason: 'Held back by the fault delay.',
    });
    const early = emit();
    await engine.advance(4_999);
    expect(received.map(({ headers }) => headers['ce-id'])).toEqual([early.eventId]);
    await engine.advance(1);
    expect(received.map(({ headers }) => headers['ce-id'])).toEqual([early.eventId, late.eventId]);
    expect(delivery(late.id)).toMatchObject({ state: 'delivered', attempts: 1 });
  });

  test('reorder: the next one to its sink goes first, and then it comes at once', async () => {
    const { url, received } = await startSink();
    const other = await startSink();
    const { engine, service, subscribe, emit, delivery } = startEngine();
    subscribe(url);
    subscribe(other.url, { companyId: 7 });
    const first = emit({ ids: [1], faults: ['reorder'] });
    expect(first.reason).toContain('until the next one to its sink was sent');
    emit({ companyId: 7 });
    await engine.settled();
    expect(received).toEqual([]);
    const start = service.clock.now();
    emit({ ids: [2] });
    emit({ ids: [3], faults: ['reorder'] });
    await engine.settled();
    expect(received.map(({ body }) => JSON.parse(body).data.ids[0])).toEqual([2, 1]);
    expect(delivery(first.id)).toMatchObject({ state: 'delivered', attempts: 1 });
    expect(service.clock.now()).toBe(start);
    // Nothing comes after the last one: it waits for delayBy.
    await engine.advance(1_999);
    expect(received).toHaveLength(2);
    await engine.advance(1);
    expect(received.map(({ body }) => JSON.parse(body).data.ids[0])).toEqual([2, 1, 3]);
  });

  test('reorder and duplicate: the copy is not the next one', async () => {
    const { url, received } = await startSink();
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    emit({ ids: [1], faults: ['reorder', 'duplicate'] });
    await engine.settled();
    expect(received).toHaveLength(1);
    emit({ ids: [2] });
    await engine.settled();
    expect(received.map(({ body }) => JSON.parse(body).data.ids[0])).toEqual([1, 2, 1]);
  });

  test('duplicate and delay: one comes at once, the other later', async () => {
    const { url, received } = await startSink();
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    emit({ faults: ['duplicate', 'delay'] });
    await engine.settled();
    expect(received).toHaveLength(1);
    await engine.advance(hour);
    expect(received).toHaveLength(2);
  });

  test.each(['expired-token', 'wrong-signature'] as const)('%s: a receiver refuses it', async (fault) => {
    const { service, engine, subscribe, emit, delivery, attempts } = startEngine();
    const { url, handled } = await startReceiver(service.keys.publicKey);
    subscribe(url);
    const { id } = emit({ faults: [fault] });
    await engine.settled();
    expect(handled).toEqual([]);
    // A receiver may say 503 at first, in case the key has changed.
    expect([401, 503]).toContain(delivery(id).lastStatus);
    expect(delivery(id).state).not.toBe('delivered');
    expect(attempts(id)[0]?.faults).toEqual([fault]);
  });

  test.each(['reused', 'fresh'] as const)(
    'a spoiled token is not carried on: retryToken %s',
    async (retryToken) => {
      const { url, received } = await startSink(503);
      const { engine, subscribe, emit, attempts } = startEngine({ behaviour: { retryToken } });
      subscribe(url);
      const { id } = emit({ faults: ['wrong-signature'] });
      await engine.advance(3 * hour);
      expect(attempts(id).map(({ faults }) => faults)).toEqual([['wrong-signature'], [], [], []]);
      const tokens = received.map(({ headers }) => headers.authorization);
      expect(new Set(tokens.slice(1)).size).toBe(retryToken === 'reused' ? 1 : 3);
      expect(tokens.slice(1)).not.toContain(tokens[0]);
    },
  );

  test('a fault of the token strikes a retry too, though tokens are reused', async () => {
    const { url, received } = await startSink(503);
    const { engine, faultBox, subscribe, emit } = startEngine();
    subscribe(url);
    emit();
    await engine.settled();
    faultBox.change({ probabilities: { 'wrong-signature': 1 } });
    await engine.advance(60_000);
    faultBox.change({ probabilities: { 'wrong-signature': 0 } });
    await engine.advance(600_000);
    const [first, second, third] = received.map(({ headers }) => headers.authorization);
    expect(second).not.toBe(first);
    expect(third).toBe(first);
  });

  test.each<{ fault: FaultName; onReset: ServiceBehaviour['onReset'] }>([
    { fault: 'cut-request', onReset: 'dropped' },
    { fault: 'cut-request', onReset: 'retried' },
    { fault: 'lose-answer', onReset: 'dropped' },
    { fault: 'lose-answer', onReset: 'retried' },
  ])('$fault: $onReset, as the option says', async ({ fault, onReset }) => {
    const { url, received } = await startSink();
    const { engine, subscribe, subscription, emit, delivery, attempts } = startEngine({
      behaviour: { onReset },
    });
    const { id: subscriptionId } = subscribe(url);
    const { id } = emit({ faults: [fault] });
    await engine.settled();
    expect(attempts(id)[0]).toMatchObject({
      response: null,
      failure: { code: 'connection-dropped' },
      faults: [fault],
    });
    // What was cut never became a whole request; what lost its answer did.
    expect(received).toHaveLength(fault === 'cut-request' ? 0 : 1);
    expect(delivery(id).state).toBe(onReset === 'retried' ? 'pending' : 'dropped');
    expect(subscription(subscriptionId)?.expiresAt === null).toBe(onReset === 'retried');
    await engine.advance(hour);
    expect(received).toHaveLength(
      onReset === 'retried' ? (fault === 'cut-request' ? 1 : 2) : received.length,
    );
    if (onReset === 'retried') expect(delivery(id)).toMatchObject({ state: 'delivered', attempts: 2 });
  });

  test('cut-request: the sink gets the headers and half the body', async () => {
    let got = '';
    const { url, open } = await startRawSink((socket) => {
      socket.on('data', (chunk) => {
        got += String(chunk);
      });
    });
    const { engine, subscribe, emit } = startEngine();
    subscribe(url);
    emit({ ids: [1, 2, 3], faults: ['cut-request'] });
    await engine.settled();
    await expect.poll(() => open.size).toBe(0);
    const [head = '', body = ''] = got.split('\r\n\r\n');
    expect(head).toContain('Content-Length: 24');
    expect(body).toBe('{"data":{"id');
  });
});

describe('by probability', () => {
  test('never at 0, always at 1, and about as often as said between', () => {
    const count = (probability: number, seed = 1) => {
      const settings = {
        ...noFaults,
        seed,
        probabilities: { ...noFaults.probabilities, delay: probability },
      };
      return Array.from({ length: 10_000 }, (_, id) => drawFault(settings, 'delay', `delivery ${id}`)).filter(
        Boolean,
      ).length;
    };
    expect(count(0)).toBe(0);
    expect(count(1)).toBe(10_000);
    // Six standard deviations.
    for (const probability of [0.01, 0.2, 0.5, 0.9]) {
      const deviation = Math.sqrt(10_000 * probability * (1 - probability));
      expect(Math.abs(count(probability) - 10_000 * probability)).toBeLessThan(6 * deviation);
    }
  });

  test('the faults do not go along with one another', () => {
    const settings = {
      ...noFaults,
      probabilities: Object.fromEntries(faultNames.map((name) => [name, 0.5])) as Record<FaultName, number>,
    };
    const draw = (fault: FaultName) =>
      Array.from({ length: 2_000 }, (_, id) => drawFault(settings, fault, `delivery ${id}`));
    const [one, other] = [draw('duplicate'), draw('delay')];
    const equal = one.filter((strikes, index) => strikes === other[index]).length;
    expect(Math.abs(equal - 1_000)).toBeLessThan(6 * Math.sqrt(500));
  });

  async function run(seed: number) {
    const { url } = await startSink(({ body }) => (body.includes('[3]') ? 503 : 204));
    const { engine, faultBox, subscribe, emit, deliveries, attempts } = startEngine({
      behaviour: { onReset: 'retried' },
    });
    faultBox.change({
      seed,
      probabilities: {
        duplicate: 0.3,
        delay: 0.3,
        'cut-request': 0.3,
        'lose-answer': 0.3,
        'wrong-signature': 0.3,
      },
    });
    subscribe(url);
    for (let id = 0; id < 20; id++) emit({ ids: [id] });
    await engine.settled();
    await engine.advance(24 * hour);
    return deliveries().map(({ id, ids, repeats, state, attempts: count, reason }) => ({
      ids,
      repeats,
      state,
      count,
      reason,
      faults: attempts(id).map(({ faults }) => faults),
    }));
  }

  test('the same seed and the same deliveries give the same faults, another seed others', async () => {
    const first = await run(7);
    expect(first.length).toBeGreaterThan(20);
    expect(first.flatMap(({ faults }) => faults.flat()).length).toBeGreaterThan(5);
    expect(await run(7)).toEqual(first);
    expect(await run(8)).not.toEqual(first);
  });

  test('a seed makes the dice begin anew, whatever was sent before', async () => {
    const { url } = await startSink();
    const { engine, faultBox, subscribe, emit, attempts } = startEngine();
    subscribe(url);
    faultBox.change({ seed: 7, probabilities: { 'expired-token': 0.4, duplicate: 0.4 } });
    const play = async () => {
      const faults: unknown[] = [];
      for (let count = 0; count < 20; count++) {
        const { id } = emit();
        await engine.settled();
        faults.push(attempts(id).map((attempt) => attempt.faults));
      }
      return faults;
    };
    const first = await play();
    expect(await play()).not.toEqual(first);
    faultBox.change({ seed: 7 });
    expect(await play()).toEqual(first);
    faultBox.change({ seed: 8 });
    expect(await play()).not.toEqual(first);
  });

  test('a verification has no fault', async () => {
    const { service, engine, faultBox, subscribe, subscription, verify, attempts } = startEngine();
    const { url } = await startReceiver(service.keys.publicKey);
    const all = faultNames.map((name) => [name, 1] as const);
    faultBox.change({ probabilities: Object.fromEntries(all) });
    const made = subscribe(url, { verified: false });
    const { id } = verify(made);
    await engine.settled();
    expect(subscription(made.id)?.verified).toBe(true);
    expect(attempts(id)[0]?.faults).toEqual([]);
  });

  test('after everything was forgotten, the dice repeat themselves', async () => {
    const { url } = await startSink();
    const { engine, service, faultBox, subscribe, emit, deliveries } = startEngine();
    const play = async () => {
      await engine.clear(() => service.state.clear());
      faultBox.clear();
      faultBox.change({ seed: 3, probabilities: { duplicate: 0.4, delay: 0.4 } });
      subscribe(url);
      for (let count = 0; count < 20; count++) emit();
      await engine.advance(hour);
      return deliveries().map(({ id, repeats }) => [id, repeats]);
    };
    const first = await play();
    expect(await play()).toEqual(first);
  });
});

describe('changing them', () => {
  test('keeps what is left out', () => {
    const { service, faultBox } = startEngine();
    let told = 0;
    service.changes.on('faults', () => told++);
    expect(faultBox.read()).toEqual(noFaults);
    faultBox.change({ seed: 5, probabilities: { delay: 0.5 } });
    const changed = faultBox.change({ probabilities: { duplicate: 1, delay: undefined }, delayBy: 10 });
    expect(changed).toEqual({
      ...noFaults,
      seed: 5,
      delayBy: 10,
      probabilities: { ...noFaults.probabilities, delay: 0.5, duplicate: 1 },
    });
    faultBox.clear();
    expect(faultBox.read()).toEqual(noFaults);
    expect(told).toBe(3);
  });

  test.each<[unknown, string, string]>([
    [{ seeed: 1 }, 'seeed', 'Did you mean "seed"?'],
    [{ seed: 1.5 }, 'seed', 'expected int'],
    [{ probabilities: { duplicat: 1 } }, 'probabilities.duplicat', 'Did you mean "duplicate"?'],
    [{ probabilities: { zzz: 1 } }, 'probabilities.zzz', 'There are duplicate, reorder'],
    [{ probabilities: { delay: 2 } }, 'probabilities.delay', '<=1'],
    [{ delayBy: -1 }, 'delayBy', '>=0'],
    [{ quotaWindow: 'hours' }, 'quotaWindow', 'Did you mean "hour"?'],
    [null, 'faults', 'expected object'],
  ])('%j: names %s', (change, field, message) => {
    const { faultBox } = startEngine();
    try {
      faultBox.change(change as object);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(EmulatorError);
      expect(error).toMatchObject({ code: 'faults-invalid', field });
      expect((error as Error).message).toContain(message);
    }
    expect(faultBox.read()).toEqual(noFaults);
  });
});
