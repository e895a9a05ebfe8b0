import { randomUUID } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import {
  FicWebhooksError,
  type IdempotencyStore,
  type ReceiverOptions,
  type ReceiverRequest,
  type ReceiverResponse,
} from '../../src/index.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, challengeRequest, structuredRequest } from '../support/requests.js';
import { createSigningKey, signingKey } from '../support/sign-token.js';

const never = () => new Promise<never>(() => {});
const store: IdempotencyStore = {
  claim: () => ({ state: 'claimed', token: 'a' }),
  extend: () => true,
  complete: () => true,
  release: () => true,
};

function codeOf({ body }: ReceiverResponse): unknown {
  return body === '' ? undefined : (JSON.parse(body) as { code: string }).code;
}

describe('the deadline, by stage', () => {
  const hanging: [
    string,
    Partial<ReceiverOptions>,
    Partial<ReceiverRequest>,
    number,
    string | undefined,
    RegExp | undefined,
  ][] = [
    ['the keys', { publicKeys: never }, {}, 503, 'deadline', /stage: verification\./],
    ['the body', {}, { body: never }, 503, 'body-late', undefined],
    ['company', { company: never }, {}, 503, 'deadline', /stage: company\./],
    [
      'the claim',
      { idempotency: { ...store, claim: never } },
      {},
      503,
      'store-unavailable',
      /did not answer in time/,
    ],
    ['a handler', { handlers: { '*': never } as never }, {}, 503, 'deadline', /stage: handlers\./],
    ['the completion', { idempotency: { ...store, complete: never } }, {}, 204, undefined, undefined],
  ];

  test.each(hanging)('%s hangs', async (_, options, changes, status, code, line) => {
    const { receiver, lines } = createRecordingReceiver({ answerWithin: 40, ...options });
    const started = performance.now();
    const response = await receiver.handle({ ...(await binaryRequest()), ...changes });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect([response.status, codeOf(response)]).toEqual([status, code]);
    if (line !== undefined) expect(lines[0]).toMatch(line);
    if (code === 'deadline' || code === 'store-unavailable')
      expect(response.headers['retry-after']).toMatch(/^\d+$/);
    expect((await receiver.health()).inFlight).toBe(0);
  });

  test('the twin of a slow event is told to come again, and starts nothing', async () => {
    const { receiver } = createRecordingReceiver({ answerWithin: 60 });
    let runs = 0;
    receiver.on('*', () => {
      runs++;
      return never();
    });
    const event = { id: `1:${randomUUID()}` };
    const [first, second] = await Promise.all([
      receiver.handle(await binaryRequest({ event })),
      receiver.handle(await structuredRequest({ event })),
    ]);
    expect([codeOf(first), codeOf(second)]).toEqual(['deadline', 'in-progress']);
    expect(second.headers['retry-after']).toBe('10');
    expect(runs).toBe(1);
  });

  test('what comes too late starts no handler', async () => {
    let decide: (decision: 'accept') => void = () => {};
    const { receiver } = createRecordingReceiver({
      answerWithin: 30,
      company: () =>
        new Promise((resolve) => {
          decide = resolve;
        }),
    });
    let runs = 0;
    receiver.on('*', () => runs++);
    expect(codeOf(await receiver.handle(await binaryRequest()))).toBe('deadline');
    decide('accept');
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(runs).toBe(0);
  });
});

describe('overload', () => {
  test('the 257th signature check is told to come again; room comes back', async () => {
    let giveKey: (key: string) => void = () => {};
    const { receiver } = createRecordingReceiver({
      answerWithin: 10_000,
      publicKeys: () =>
        new Promise<string>((resolve) => {
          giveKey = resolve;
        }),
    });
    const requests = await Promise.all(Array.from({ length: 257 }, () => binaryRequest()));
    const waiting = requests.slice(0, 256).map((request) => receiver.handle(request));
    const refused = await receiver.handle(requests[256] as ReceiverRequest);
    expect([refused.status, codeOf(refused), refused.headers['retry-after']]).toEqual([
      503,
      'overloaded',
      '10',
    ]);
    expect((await receiver.health()).inFlight).toBe(256);
    giveKey(signingKey.pem);
    const answers = await Promise.all(waiting);
    expect(answers.every(({ status }) => status === 204)).toBe(true);
    expect((await receiver.handle(await binaryRequest())).status).toBe(204);
  });
});

describe('verify()', () => {
  test('gives the event, claims nothing and runs nothing', async () => {
    const fail = () => {
      throw new Error('not to be called');
    };
    const { receiver, errors } = createRecordingReceiver({
      idempotency: { claim: fail, extend: fail, complete: fail, release: fail },
    });
    receiver.on('*', fail);
    const request = await binaryRequest({ event: { id: '1:a' } });
    for (let time = 0; time < 2; time++) {
      expect(await receiver.verify(request)).toMatchObject({
        kind: 'event',
        event: { id: '1:a', name: 'entities.clients.create', ids: [3062300] },
      });
    }
    expect(errors).toEqual([]);
  });

  test.each<[string, () => Promise<ReceiverRequest>, number]>([
    ['a challenge', () => challengeRequest('abc'), 200],
    ['the welcome event', () => binaryRequest({ event: { type: 'subscriptions.welcome' }, body: '' }), 204],
    ['no token', () => binaryRequest({ headers: { authorization: undefined } }), 401],
    ['a forgery', () => binaryRequest({ key: createSigningKey(), claims: { aid: 9 } }), 401],
    ['another audience', () => binaryRequest({ claims: { aud: ['https://other.example'] } }), 503],
    ['an unreadable body', () => binaryRequest({ body: '<' }), 503],
    ['another method', async () => ({ ...(await binaryRequest()), method: 'DELETE' }), 405],
  ])('answers %s itself, as handle() does', async (_, request, status) => {
    const { receiver } = createRecordingReceiver();
    const made = await request();
    const result = await receiver.verify(made);
    expect(result).toEqual({ kind: 'respond', response: await receiver.handle(made) });
    expect(result).toMatchObject({ response: { status } });
  });

  test('has the deadline, and the decision about the company', async () => {
    const late = createRecordingReceiver({ answerWithin: 20, company: never });
    expect(await late.receiver.verify(await binaryRequest())).toMatchObject({
      kind: 'respond',
      response: { status: 503 },
    });
    const gone = createRecordingReceiver({ company: () => 'gone' });
    expect(await gone.receiver.verify(await binaryRequest())).toMatchObject({
      kind: 'respond',
      response: { status: 410 },
    });
  });
});

describe('close()', () => {
  test('what is in flight finishes, what begins later is told to come again, challenges are answered', async () => {
    let finish: () => void = () => {};
    const { receiver } = createRecordingReceiver();
    receiver.on(
      '*',
      () =>
        new Promise<void>((resolve) => {
          finish = resolve;
        }),
    );
    const running = receiver.handle(await binaryRequest());
    await new Promise((resolve) => setTimeout(resolve, 20));
    let closed = false;
    const closing = receiver.close().then(() => {
      closed = true;
    });
    expect(await receiver.health()).toEqual({ ready: false, inFlight: 1 });
    const refused = await receiver.handle(await binaryRequest());
    expect([refused.status, codeOf(refused)]).toEqual([503, 'closing']);
    expect(refused.headers).toMatchObject({ 'retry-after': '10', connection: 'close' });
    expect((await receiver.handle(await challengeRequest('abc'))).status).toBe(200);
    expect(closed).toBe(false);
    finish();
    expect((await running).status).toBe(204);
    await closing;
    expect((await receiver.handle(await challengeRequest('abc'))).status).toBe(200);
    expect(await receiver.health()).toEqual({ ready: false, inFlight: 0 });
  });

  test('waits for a handler that outlives its answer', async () => {
    let finish: () => void = () => {};
    let finished = false;
    const { receiver } = createRecordingReceiver({ answerWithin: 20 });
    receiver.on('*', async () => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      finished = true;
    });
    expect((await receiver.handle(await binaryRequest())).status).toBe(503);
    setTimeout(() => finish(), 30);
    await receiver.close();
    expect(finished).toBe(true);
  });

  test('ends at its deadline all the same, and closes the store', async () => {
    let closed = 0;
    const { receiver } = createRecordingReceiver({
      answerWithin: 10_000,
      idempotency: { ...store, close: () => void closed++ },
    });
    receiver.on('*', never);
    void receiver.handle(await binaryRequest());
    await new Promise((resolve) => setTimeout(resolve, 20));
    const started = performance.now();
    await receiver.close({ deadline: 50 });
    expect(performance.now() - started).toBeLessThan(1_000);
    expect(closed).toBe(1);
  });

  test('a store whose close() hangs does not hold it up', async () => {
    const { receiver } = createRecordingReceiver({ idempotency: { ...store, close: never } });
    const started = performance.now();
    await receiver.close({ deadline: 50 });
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  test('twice is once', async () => {
    let closed = 0;
    const { receiver } = createRecordingReceiver({ idempotency: { ...store, close: () => void closed++ } });
    await Promise.all([receiver.close(), receiver.close()]);
    await receiver.close();
    expect(closed).toBe(1);
  });
});

test('work() needs an inbox', async () => {
  const { receiver } = createRecordingReceiver();
  const error = await receiver.work().catch((cause: unknown) => cause);
  expect(error).toBeInstanceOf(FicWebhooksError);
  expect(error).toMatchObject({ code: 'inbox-missing' });
});

test('many at once: each gets its own answer', async () => {
  const { receiver } = createRecordingReceiver();
  const seen: string[] = [];
  receiver.on('*', ({ id }) => seen.push(id));
  const requests = await Promise.all(
    Array.from({ length: 120 }, (_, index) =>
      index % 3 === 0
        ? challengeRequest(`c${index}`)
        : binaryRequest(index % 3 === 1 ? {} : { claims: { aid: 5 } }),
    ),
  );
  const answers = await Promise.all(requests.map((request) => receiver.handle(request)));
  for (const [index, { status, body }] of answers.entries()) {
    expect(status).toBe([200, 204, 503][index % 3]);
    if (index % 3 === 0) expect(body).toBe(`{"verification":"c${index}"}`);
  }
  expect(new Set(seen).size).toBe(40);
});
