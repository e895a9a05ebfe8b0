import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import fastify, { type FastifyRequest } from 'fastify';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Changes } from '../../src/changes.js';
import type { CurrentState } from '../../src/control/build-messages.js';
import { addEventsStream } from '../../src/control/events-stream.js';
import { type Delivery, type Emulator, startEmulator } from '../../src/index.js';
import { noFaults } from '../../src/model/fault-settings.js';
import { call, errorOf } from './call.js';
import { type Listener, listenToStream } from './listen-to-stream.js';
import { startSink, type TestSink } from './start-sink.js';

const type = 'entities.clients.create';
const companyId = 108061;

let fic: Emulator;
let sink: TestSink;

beforeEach(async () => {
  sink = await startSink();
  fic = await startEmulator({ clock: 'manual', behaviour: { welcomeDelay: 0 } });
  await fic.subscribe({ sink: sink.url, types: [type] });
  await fic.settled();
});

afterEach(async () => {
  await fic.close();
  await sink.close();
});

/** The last state of each delivery that a listener was told of. */
function lastStates(listener: Listener): Map<number, Delivery> {
  const told = listener.of('deliveries').flatMap(({ deliveries }) => deliveries);
  return new Map(told.map((delivery) => [delivery.id, delivery]));
}

describe('the stream', () => {
  it('is a stream of server-sent events, guarded like all the rest', async () => {
    const listener = await listenToStream(fic.url);
    expect(listener.status).toBe(200);
    expect(listener.headers['content-type']).toBe('text/event-stream');
    expect(listener.headers['cache-control']).toContain('no-store');
    expect(listener.headers['content-security-policy']).toMatch(/^default-src 'self';/);
    expect(listener.headers['x-content-type-options']).toBe('nosniff');
    expect(listener.headers['access-control-allow-origin']).toBeUndefined();
    listener.close();
  });

  it('tells of deliveries in few messages, each in its last state, the lowest id first', async () => {
    const listener = await listenToStream(fic.url);
    const sent = Array.from(
      { length: 200 },
      (_, id) => fic.emit({ companyId, type, ids: [id] }).deliveries[0],
    );
    await fic.settled();
    await listener.until(() => [...lastStates(listener).values()].filter(isDelivered).length === 200);
    expect([...lastStates(listener).keys()].sort((a, b) => a - b)).toEqual(
      sent.map((delivery) => delivery?.id),
    );
    const messages = listener.of('deliveries');
    // 600 changes: made, being sent, delivered.
    expect(messages.length).toBeLessThan(30);
    for (const { deliveries, more } of messages) {
      const ids = deliveries.map(({ id }) => id);
      expect(ids).toEqual([...new Set(ids)].sort((a, b) => a - b));
      expect(more).toBe(false);
    }
    expect(messages.at(-1)?.deliveries.at(-1)).toEqual({ ...fic.deliveries()[0], idCount: 1 });
    listener.close();
  });

  it('tells the same to every listener', async () => {
    const [one, two] = [await listenToStream(fic.url), await listenToStream(fic.url)];
    fic.emit({ companyId, type });
    for (const listener of [one, two]) {
      await listener.until(() => [...lastStates(listener).values()].some(isDelivered));
      listener.close();
    }
    expect(one.messages).toEqual(two.messages);
  });

  it('says so when more has changed than it tells', async () => {
    const listener = await listenToStream(fic.url);
    for (let index = 0; index < 700; index++) fic.emit({ companyId, type });
    await listener.until(() => listener.of('deliveries').some(({ more }) => more));
    const [first] = listener.of('deliveries');
    expect(first?.more).toBe(true);
    expect(first?.deliveries).toHaveLength(500);
    for (const { deliveries } of listener.of('deliveries'))
      expect(deliveries.length).toBeLessThanOrEqual(500);
    listener.close();
  });

  it('cuts the ids of what it tells', async () => {
    const listener = await listenToStream(fic.url);
    const ids = Array.from({ length: 10_000 }, (_, id) => id);
    for (let index = 0; index < 4; index++) fic.emit({ companyId, type, ids });
    await listener.until(() => listener.of('deliveries').length > 0);
    const told = listener.of('deliveries').flatMap(({ deliveries }) => deliveries);
    expect(told.length).toBeGreaterThanOrEqual(4);
    for (const delivery of told) {
      expect(delivery).toMatchObject({ ids: ids.slice(0, 50), idCount: 10_000 });
    }
    listener.close();
  });

  it('tells of subscriptions made, changed and deleted', async () => {
    const listener = await listenToStream(fic.url);
    const { id } = await fic.subscribe({ sink: sink.url, types: ['entities.clients.delete'] });
    await listener.until(() => listener.of('subscriptions').some(({ changed }) => changed[0]?.verified));
    expect(listener.of('subscriptions').at(-1)).toMatchObject({
      changed: [{ id, verified: true, attemptsLeft: 0, nextVerificationAt: null }],
      deleted: [],
      more: false,
    });
    sink.status = 410;
    fic.emit({ companyId, type: 'entities.clients.delete' });
    await listener.until(() => listener.of('subscriptions').some(({ deleted }) => deleted.length > 0));
    expect(listener.of('subscriptions').at(-1)?.deleted).toEqual([{ id, why: 'Its sink answered 410.' }]);
    listener.close();
  });

  it('tells of the clock and the faults as they are at the end', async () => {
    const listener = await listenToStream(fic.url);
    await fic.advance('1h');
    fic.setFaults({ seed: 2 });
    fic.setFaults({ seed: 3 });
    await listener.until(() => listener.of('faults').length > 0);
    expect(listener.messages).toEqual([
      { name: 'clock', data: fic.clock() },
      { name: 'faults', data: fic.faults() },
    ]);
    listener.close();
  });

  it('tells of a reset first, and of nothing that was before it', async () => {
    const listener = await listenToStream(fic.url);
    fic.emit({ companyId, type });
    await fic.reset();
    await fic.subscribe({ sink: sink.url, types: [type] });
    await listener.until(() => listener.of('subscriptions').length > 0);
    const afterReset = listener.messages.slice(listener.messages.findIndex(({ name }) => name === 'reset'));
    expect(afterReset[0]).toEqual({ name: 'reset', data: {} });
    expect(listener.of('reset')).toHaveLength(1);
    const remembered = fic.deliveries().map(({ id }) => id);
    for (const message of afterReset) {
      if (message.name !== 'deliveries') continue;
      for (const { id } of message.data.deliveries) expect(remembered).toContain(id);
    }
    listener.close();
  });

  it('ends when the emulator is closed, and does not hold it up', async () => {
    const listeners = [await listenToStream(fic.url), await listenToStream(fic.url)];
    fic.emit({ companyId, type });
    const start = performance.now();
    await fic.close();
    expect(performance.now() - start).toBeLessThan(2_000);
    for (const listener of listeners) await listener.until(listener.hasEnded);
  });

  it('cuts off who does not read while 5,000 deliveries pass, and nobody else', {
    timeout: 120_000,
  }, async () => {
    const stalled = await stall(fic.url);
    const listener = await listenToStream(fic.url);
    const ids = Array.from({ length: 40 }, (_, index) => `${index}`.padEnd(200, 'x'));
    for (let index = 0; index < 5_000; index++) {
      fic.emit({ companyId, type, ids });
      if (index % 100 === 99) await delay(60);
    }
    await fic.settled();
    const last = fic.deliveries()[0];
    await listener.until(() => listener.of('deliveries').at(-1)?.deliveries.at(-1)?.id === last?.id);
    const told = JSON.stringify(listener.messages).length;
    const read = await readToEnd(stalled);
    expect(read.hasEnded).toBe(true);
    expect(read.bytes).toBeLessThan(told / 2);
    expect(listener.hasEnded()).toBe(false);
    listener.close();
  });
});

describe('the server behind the stream', () => {
  it('listens to nothing while nobody listens to it', async () => {
    const changes = new Changes();
    const server = await startServer(changes);
    const count = () =>
      ['delivery', 'subscription', 'subscriptionDeleted', 'clock', 'faults', 'reset'].map((name) =>
        changes.listenerCount(name),
      );
    expect(count()).toEqual([0, 0, 0, 0, 0, 0]);
    const [one, two] = [await listenToStream(server.url), await listenToStream(server.url)];
    expect(count()).toEqual([1, 1, 1, 1, 1, 1]);
    changes.emit('clock');
    one.close();
    await two.until(() => two.messages.length === 1);
    expect(count()).toEqual([1, 1, 1, 1, 1, 1]);
    two.close();
    await two.until(() => changes.listenerCount('delivery') === 0);
    expect(count()).toEqual([0, 0, 0, 0, 0, 0]);
    const three = await listenToStream(server.url);
    changes.emit('faults');
    await three.until(() => three.messages.length === 1);
    // What the others were told, or would have been, is not told again.
    expect(three.messages).toEqual([{ name: 'faults', data: noFaults }]);
    three.close();
    await server.close();
  });

  it('forgets those who went away at once', async () => {
    const changes = new Changes();
    const server = await startServer(changes);
    for (let index = 0; index < 50; index++) {
      const socket = await open(server.url);
      if (index % 2 === 0) socket.destroy();
      else socket.end(() => socket.destroy());
    }
    const witness = await listenToStream(server.url);
    changes.emit('clock');
    await witness.until(() => witness.messages.length === 1);
    witness.close();
    await witness.until(() => changes.listenerCount('clock') === 0);
    await server.close();
  });

  it('does not take in who has gone before the stream began', async () => {
    const changes = new Changes();
    let gone = 0;
    const server = await startServer(changes, async (request) => {
      const closed = once(request.raw.socket, 'close');
      request.raw.destroy();
      await closed;
      gone++;
    });
    for (let index = 0; index < 3; index++) {
      await expect(listenToStream(server.url)).rejects.toThrow('socket hang up');
    }
    await delay(50);
    expect(gone).toBe(3);
    expect(changes.listenerCount('delivery')).toBe(0);
    await server.close();
  });

  it('takes 100 listeners and no more', async () => {
    const server = await startServer(new Changes());
    const listeners = await Promise.all(Array.from({ length: 100 }, () => listenToStream(server.url)));
    expect(listeners.map(({ status }) => status)).toEqual(listeners.map(() => 200));
    expect((await call(server.url, { path: '/_emulator/events-stream' })).status).toBe(503);
    listeners[0]?.close();
    await delay(50);
    const again = await listenToStream(server.url);
    expect(again.status).toBe(200);
    for (const listener of [...listeners, again]) listener.close();
    await server.close();
  });
});

it('refuses a stream to a foreign Host', async () => {
  const answer = await call(fic.url, { path: '/_emulator/events-stream', headers: { Host: 'evil.example' } });
  expect(answer.status).toBe(421);
  expect(errorOf(answer).field).toBe('Host');
});

function isDelivered({ state }: Delivery): boolean {
  return state === 'delivered';
}

/** The stream and nothing else. */
async function startServer(
  changes: Changes,
  before: (request: FastifyRequest) => Promise<void> = async () => {},
): Promise<{ url: string; close(): Promise<void> }> {
  const server = fastify({ forceCloseConnections: true });
  server.addHook('preHandler', before);
  const now: CurrentState = { clock: () => ({ now: 1, mode: 'manual' }), faults: () => noFaults };
  await server.register(async (scope) => addEventsStream(scope, { changes }, now), { prefix: '/_emulator' });
  const url = await server.listen({ port: 0, host: '127.0.0.1' });
  return { url, close: () => server.close() };
}

/** Asks for the stream over a bare socket. */
function open(base: string): Promise<Socket> {
  const { hostname, port, host } = new URL(base);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => {
      socket.write(`GET /_emulator/events-stream HTTP/1.1\r\nHost: ${host}\r\n\r\n`, () => resolve(socket));
    });
    socket.on('error', reject);
  });
}

/** A listener that reads the beginning of the answer and then nothing more. */
async function stall(base: string): Promise<Socket> {
  const socket = await open(base);
  await new Promise((resolve) => socket.once('data', resolve));
  socket.pause();
  return socket;
}

/** Reads what is left, for at most two seconds. */
function readToEnd(socket: Socket): Promise<{ bytes: number; hasEnded: boolean }> {
  return new Promise((resolve) => {
    let bytes = 0;
    const timer = setTimeout(() => {
      resolve({ bytes, hasEnded: false });
      socket.destroy();
    }, 2_000);
    socket.removeAllListeners('error');
    socket.on('error', () => {});
    socket.on('data', (chunk) => {
      bytes += chunk.length;
    });
    socket.on('close', () => {
      clearTimeout(timer);
      resolve({ bytes, hasEnded: true });
    });
    socket.resume();
  });
}
