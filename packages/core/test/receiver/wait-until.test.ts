import { expect, test } from 'vitest';
import type { ClaimResult, IdempotencyStore, ReceiverRequest } from '../../src/index.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, challengeRequest, type RequestOptions } from '../support/requests.js';

/** A promise that the test settles. */
function defer<T = void>() {
  let resolve: (value: T) => void = () => {};
  let reject: (error: Error) => void = () => {};
  const promise = new Promise<T>((yes, no) => {
    resolve = yes;
    reject = no;
  });
  return { promise, resolve, reject };
}

/** A request of a platform that may end the instance once the answer is out, and the work it was told of. */
async function makeRequest(options: RequestOptions = {}) {
  const work: Promise<unknown>[] = [];
  const waitUntil = (promise: Promise<unknown>) => void work.push(promise);
  const request: ReceiverRequest = { ...(await binaryRequest(options)), waitUntil };
  return { request, work };
}

async function isSettled(work: readonly Promise<unknown>[]): Promise<boolean> {
  const pending = Symbol('pending');
  // What an answer brings about may follow it by a turn.
  await new Promise((resolve) => setImmediate(resolve));
  const first = await Promise.race([
    Promise.all(work),
    new Promise((resolve) => setTimeout(resolve, 20, pending)),
  ]);
  return first !== pending;
}

test.each([
  ['succeeds', 0],
  ['fails', 1],
])(
  'a handler that outlives the answer and %s is waited for until the store has been told',
  async (_, errors) => {
    const store = { told: false };
    const { promise, resolve, reject } = defer();
    const done = () => {
      store.told = true;
      return true;
    };
    const idempotency: IdempotencyStore = {
      claim: () => ({ state: 'claimed', token: 'a' }),
      extend: () => true,
      complete: done,
      release: done,
    };
    const recording = createRecordingReceiver({ answerWithin: 30, idempotency });
    recording.receiver.on('*', () => promise);
    const { request, work } = await makeRequest();
    expect((await recording.receiver.handle(request)).status).toBe(503);
    expect(work).toHaveLength(1);
    expect(await isSettled(work)).toBe(false);
    expect(store.told).toBe(false);
    if (errors === 0) resolve();
    else reject(new Error('failed on purpose'));
    await Promise.all(work);
    expect(store.told).toBe(true);
    expect(recording.errors).toHaveLength(errors);
  },
);

test('the platform is told of the handler when it starts: a sender that hangs up ends the request too', async () => {
  const { promise, resolve } = defer();
  const { receiver } = createRecordingReceiver();
  const started = defer();
  receiver.on('*', () => {
    started.resolve();
    return promise;
  });
  const { request, work } = await makeRequest();
  const answer = receiver.handle(request);
  await started.promise;
  expect(work).toHaveLength(1);
  resolve();
  expect((await answer).status).toBe(204);
  await Promise.all(work);
});

test('a claim that comes after the deadline is given back before the instance may end', async () => {
  const claim = defer<ClaimResult>();
  let released = false;
  const { receiver } = createRecordingReceiver({
    answerWithin: 30,
    idempotency: {
      claim: () => claim.promise,
      extend: () => true,
      complete: () => true,
      async release() {
        await new Promise((resolve) => setTimeout(resolve, 10));
        released = true;
        return true;
      },
    },
  });
  const { request, work } = await makeRequest();
  expect((await receiver.handle(request)).status).toBe(503);
  expect(await isSettled(work)).toBe(false);
  claim.resolve({ state: 'claimed', token: 'a' });
  await Promise.all(work);
  expect(released).toBe(true);
});

test('callbacks that are asynchronous are waited for, and what they reject is dropped', async () => {
  const ended: string[] = [];
  const late = (name: string) => async () => {
    await new Promise((resolve) => setTimeout(resolve, 10));
    ended.push(name);
    throw new Error('rejected on purpose');
  };
  const { receiver } = createRecordingReceiver({ onAlert: late('onAlert'), onError: late('onError') });
  receiver.onUnhandled(late('onUnhandled'));
  const expectWaitedFor = async (name: string, status: number, options: RequestOptions) => {
    const { request, work } = await makeRequest(options);
    expect((await receiver.handle(request)).status).toBe(status);
    expect(ended).not.toContain(name);
    await Promise.all(work);
    expect(ended).toContain(name);
  };
  await expectWaitedFor('onAlert', 503, { claims: { aud: ['https://other.example'] } });
  await expectWaitedFor('onUnhandled', 204, { event: { type: 'products.create' } });
  receiver.on('entities.*', () => {
    throw new Error('failed on purpose');
  });
  await expectWaitedFor('onError', 500, {});
});

test('nothing is handed over when nothing goes on', async () => {
  const { receiver } = createRecordingReceiver();
  receiver.on('*', () => {});
  const event = await makeRequest();
  expect((await receiver.handle(event.request)).status).toBe(204);
  const work: Promise<unknown>[] = [];
  const challenge = {
    ...(await challengeRequest('abc')),
    waitUntil: (one: Promise<unknown>) => work.push(one),
  };
  expect((await receiver.handle(challenge as ReceiverRequest)).status).toBe(200);
  expect([...event.work, ...work]).toEqual([]);
});

test.each([
  [
    'throws',
    () => {
      throw new Error('There is no request.');
    },
  ],
  ['rejects', () => Promise.reject(new Error('The request is over.'))],
  ['is no function', 'now'],
])('a waitUntil that %s changes no answer', async (_, waitUntil) => {
  const { receiver } = createRecordingReceiver({ onAlert: async () => {} });
  receiver.on('*', async () => {});
  const good = { ...(await binaryRequest()), waitUntil } as ReceiverRequest;
  expect((await receiver.handle(good)).status).toBe(204);
  const foreign = { ...(await binaryRequest({ claims: { aid: 7 } })), waitUntil } as ReceiverRequest;
  expect((await receiver.handle(foreign)).status).toBe(503);
});

test('a receiver is made without random values and timers, which Workers refuse outside of requests', async () => {
  const random = Object.getOwnPropertyDescriptor(crypto, 'randomUUID');
  const timer = globalThis.setTimeout;
  const refuse = () => {
    throw new Error('Disallowed operation called within global scope.');
  };
  Object.defineProperty(crypto, 'randomUUID', { value: refuse, configurable: true });
  globalThis.setTimeout = refuse as unknown as typeof setTimeout;
  let recording: ReturnType<typeof createRecordingReceiver>;
  try {
    recording = createRecordingReceiver();
    recording.receiver.on('*', () => {});
  } finally {
    globalThis.setTimeout = timer;
    if (random === undefined) Reflect.deleteProperty(crypto, 'randomUUID');
    else Object.defineProperty(crypto, 'randomUUID', random);
  }
  expect((await recording.receiver.handle(await binaryRequest())).status).toBe(204);
});
