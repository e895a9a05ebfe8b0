import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { createReceiver, type IdempotencyStore, type ReceiverRequest } from '../../src/index.js';
import { cleanText } from '../../src/receiver/clean-text.js';
import { messageOf } from '../../src/receiver/reporter.js';
import { createRecordingReceiver, type RecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, challengeRequest, structuredRequest } from '../support/requests.js';
import {
  applicationId,
  createSigningKey,
  makeClaims,
  signingKey,
  signParts,
  signToken,
  sink,
} from '../support/sign-token.js';

const failing = () => {
  throw new Error('failed on purpose');
};
const rejecting = async () => Promise.reject(new Error('rejected on purpose'));

describe('how often', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['Date', 'performance', 'setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('one alert and one line per code and minute, with a count of those between', async () => {
    const { receiver, alerts, lines } = createRecordingReceiver();
    const send = async (claims: Record<string, unknown>) => receiver.handle(await binaryRequest({ claims }));
    for (let time = 0; time < 10; time++) await send({ aid: 5 });
    expect(alerts.map(({ code, count }) => [code, count])).toEqual([['token-application', 1]]);
    await send({ aud: ['https://other.example'] });
    expect(alerts.map(({ code }) => code)).toEqual(['token-application', 'token-audience']);
    vi.advanceTimersByTime(59_999);
    await send({ aid: 5 });
    expect(alerts).toHaveLength(2);
    vi.advanceTimersByTime(1);
    await send({ aid: 5 });
    expect(alerts.at(-1)).toMatchObject({ code: 'token-application', count: 11 });
    expect(lines.at(-1)).toMatch(/\(11 times since it was last said\)$/);
    expect(lines).toHaveLength(3);
    vi.advanceTimersByTime(60_000);
    await send({ aid: 5 });
    expect(alerts.at(-1)).toMatchObject({ code: 'token-application', count: 1 });
    expect(lines.at(-1)).not.toContain('times since');
  });

  test('a flood of forgeries writes one line', async () => {
    const { receiver, lines, alerts } = createRecordingReceiver();
    for (let time = 0; time < 200; time++) {
      await receiver.handle(await binaryRequest({ token: `${randomUUID()}.b.c` }));
    }
    expect(lines).toHaveLength(1);
    expect(alerts).toHaveLength(0);
  });

  test('onError hears of every failure, the log of one per handler and minute', async () => {
    const { receiver, errors, lines } = createRecordingReceiver();
    receiver.on('entities.*', failing, { name: 'first' }).on('entities.clients.*', rejecting);
    for (let time = 0; time < 3; time++)
      expect((await receiver.handle(await binaryRequest())).status).toBe(500);
    expect(errors).toHaveLength(6);
    expect(lines).toHaveLength(2);
    vi.advanceTimersByTime(60_000);
    await receiver.handle(await binaryRequest());
    expect(lines.at(-1)).toMatch(/\(3 times since it was last said\)$/);
  });
});

describe('what is said', () => {
  test('an alert: what happened, what was seen, cause and cure, in one line', async () => {
    const { receiver, alerts, lines } = createRecordingReceiver();
    await receiver.handle(await binaryRequest({ claims: { aud: [`${sink}/`] } }));
    expect(alerts).toEqual([
      {
        code: 'token-audience',
        count: 1,
        detail: `aud is ["${sink}/"], sink is ["${sink}"].`,
        message:
          `token-audience: The bearer token is meant for another sink. aud is ["${sink}/"], sink is ["${sink}"]. ` +
          'Likely cause: The option `sink` is not exactly the sink of the subscription, or a token for somebody else is ' +
          'replayed here. Cure: Copy the sink from the Subscriptions API to the option, to the letter: slash, case and query count.',
      },
    ]);
    expect(lines).toEqual([`warn [fic-webhooks] ${alerts[0]?.message}`]);
  });

  test('a failure: which handler, which event, why', async () => {
    const failures: unknown[] = [];
    const { receiver, lines } = createRecordingReceiver({
      onError: (error, failure) => failures.push([error, failure]),
    });
    receiver.on('entities.*', failing, { name: 'save' });
    await receiver.handle(await binaryRequest({ event: { id: '1:a' } }));
    expect(failures).toEqual([
      [
        new Error('failed on purpose'),
        { event: expect.objectContaining({ id: '1:a' }), handler: 'save', attempt: 1, where: 'inline' },
      ],
    ]);
    expect(lines).toEqual([
      "error [fic-webhooks] handler-failed: Handler 'save' failed on entities.clients.create 1:a: failed on purpose",
    ]);
  });

  test('the logger of the request comes before that of the receiver', async () => {
    const { receiver, lines } = createRecordingReceiver();
    const own: string[] = [];
    const logger = { warn: (line: string) => own.push(line), error: (line: string) => own.push(line) };
    receiver.on('*', failing);
    await receiver.handle(await binaryRequest({ logger, claims: { aid: 5 } }));
    await receiver.handle(await binaryRequest({ logger }));
    expect(own).toHaveLength(2);
    expect(lines).toEqual([]);
  });

  test('false silences the logger of the request too', async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: (line: string) => lines.push(line) };
    const { receiver, errors } = createRecordingReceiver({ logger: false });
    receiver.on('*', (_event, context) => {
      context.logger.warn('from the handler');
      throw new Error('made to fail');
    });
    await receiver.handle(await binaryRequest({ logger, claims: { aid: 5 } }));
    await receiver.handle(await binaryRequest({ logger }));
    expect(errors).toHaveLength(1);
    expect(lines).toEqual([]);
  });

  test('the default is console.warn, and false is silence', async () => {
    const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});
    try {
      const options = { sink, applicationId, publicKeys: signingKey.pem } as const;
      await createReceiver({ ...options, logger: false }).handle(await binaryRequest({ token: 'x' }));
      expect(warn).not.toHaveBeenCalled();
      await createReceiver(options).handle(await binaryRequest({ token: 'x' }));
      expect(warn).toHaveBeenCalledTimes(1);
      expect(warn.mock.calls[0]?.[0]).toMatch(/^\[fic-webhooks\] token-malformed: /);
    } finally {
      warn.mockRestore();
    }
  });

  test('control characters cannot forge a line or turn the text around', async () => {
    const { receiver, lines } = createRecordingReceiver();
    receiver.on('*', () => {
      throw new Error('a\nb\r\n[fic-webhooks] forged\u001b[31m\u0007\u2028c\u202ed\u0085e');
    });
    await receiver.handle(await binaryRequest());
    await receiver.handle(await binaryRequest({ claims: { iss: 'evil\n[fic-webhooks] forged' } }));
    expect(lines).toHaveLength(2);
    for (const line of lines) expect(line).not.toMatch(/\p{Cc}|[\u2028\u2029\u202a-\u202e]/u);
  });

  test('a huge text is cut', async () => {
    const { receiver, lines, alerts } = createRecordingReceiver();
    await receiver.handle(await binaryRequest({ claims: { iss: 'x'.repeat(5_000) } }));
    expect(alerts[0]?.detail).toHaveLength(301);
    expect(lines[0]?.length).toBeLessThan(800);
  });
});

describe('the token is never said', () => {
  /** Fails when a tell-tale part of a token stands anywhere in what was said or answered. */
  function expectNoTrace(token: string, ...said: unknown[]): void {
    const text = JSON.stringify(said);
    const [header = '', payload = '', signature = ''] = token.split('.');
    expect(text.length).toBeGreaterThan(50);
    expect(text).not.toContain(token);
    expect(text).not.toContain(`${header}.${payload.slice(0, 20)}`);
    for (let at = 0; at + 24 <= payload.length; at += 12)
      expect(text).not.toContain(payload.slice(at, at + 24));
    for (let at = 0; at + 24 <= signature.length; at += 12)
      expect(text).not.toContain(signature.slice(at, at + 24));
  }

  const headersOf = ['ce-id', 'ce-subject', 'ce-source', 'ce-specversion', 'content-encoding', 'ce-type'];
  test.each(headersOf)('put into %s', async (name) => {
    const { receiver, lines, alerts } = createRecordingReceiver();
    const token = await signToken(makeClaims({ jti: '1:a', sub: 'company:1' }));
    const event = { id: '1:a', subject: 'company:1' };
    const response = await receiver.handle(await binaryRequest({ token, event, headers: { [name]: token } }));
    expectNoTrace(token, response, lines, alerts, 'x'.repeat(50));
  });

  test('put into the body of either mode', async () => {
    const token = await signToken(makeClaims({ jti: '1:a', sub: 'company:1' }));
    const event = { id: '1:a', subject: 'company:1' };
    const { receiver, lines, alerts } = createRecordingReceiver();
    const responses = [
      await receiver.handle(await binaryRequest({ token, event: { ...event, ids: [token] } })),
      await receiver.handle(await binaryRequest({ token, event, body: token })),
      await receiver.handle(await structuredRequest({ token, event: { ...event, source: token } })),
      await receiver.handle(await structuredRequest({ token, event: { ...event, id: token } })),
    ];
    expect(alerts.length).toBeGreaterThan(2);
    expectNoTrace(token, responses, lines, alerts);
  });

  test('another token in the claims, signed or not', async () => {
    const inner = await signToken(makeClaims());
    const { receiver, lines, alerts } = createRecordingReceiver();
    for (const claims of [
      { aud: [inner] },
      { iss: inner },
      { aud: Array.from({ length: 12 }, () => inner) },
    ]) {
      await receiver.handle(await binaryRequest({ claims }));
      await receiver.handle(await binaryRequest({ claims, key: createSigningKey() }));
    }
    expect(alerts.length).toBeGreaterThan(1);
    expectNoTrace(inner, lines, alerts);
  });

  test('in the errors of handlers, of company and of the store', async () => {
    const token = await signToken(makeClaims({ jti: '1:a', sub: 'company:1' }));
    const fail = () => {
      throw new Error(`The request had the header authorization: Bearer ${token}`);
    };
    const store: IdempotencyStore = { claim: fail, extend: fail, complete: fail, release: fail };
    for (const options of [{ company: fail }, { idempotency: store }, { publicKeys: fail }, {}]) {
      const { receiver, lines, alerts } = createRecordingReceiver(options);
      receiver.on('*', fail);
      const response = await receiver.handle(
        await binaryRequest({ token, event: { id: '1:a', subject: 'company:1' } }),
      );
      expect(response.status).toBeGreaterThanOrEqual(500);
      expect(lines).toHaveLength(1);
      expectNoTrace(token, response, lines, alerts);
    }
  });

  test('malformed and cut tokens', async () => {
    const token = await signToken();
    const { receiver, lines, alerts } = createRecordingReceiver();
    const responses = [];
    for (const broken of [
      `${token}x`,
      token.slice(0, -3),
      `${token}=`,
      ` ${token} ${token}`,
      `${token}.${token}`,
    ]) {
      responses.push(await receiver.handle(await binaryRequest({ token: broken })));
    }
    responses.push(
      await receiver.handle(await binaryRequest({ headers: { authorization: `Basic ${token}` } })),
    );
    responses.push(await receiver.handle(await binaryRequest({ headers: { authorization: token } })));
    expectNoTrace(token, responses, lines, alerts);
  });

  test('cleanText, wherever the cut falls', async () => {
    const token = signParts('{"alg":"ES256"}', JSON.stringify(makeClaims()));
    for (let before = 0; before < 2_100; before += 7) {
      const text = `${`${token} `.repeat(Math.floor(before / token.length))}${'y '.repeat((before % token.length) / 2)}${token}`;
      expectNoTrace(token, cleanText(text), 'x'.repeat(50));
    }
    expect(cleanText(`a ${token} b`)).toBe('a [token] b');
    expect(cleanText(`${'x'.repeat(299)}😀 and more`)).toBe(`${'x'.repeat(299)}…`);
    expect(cleanText('www.example.com, 1.2.3 and company:5')).toBe('www.example.com, 1.2.3 and company:5');
  });
});

describe('what callbacks throw is contained', () => {
  const variants: [string, () => unknown][] = [
    ['throw', failing],
    ['reject', rejecting],
  ];

  test.each(variants)('logger, onAlert, onError and onUnhandled %s', async (_, callback) => {
    const logger = { warn: callback as () => void, error: callback as () => void };
    const options = { logger, onAlert: callback, onError: callback };
    const { receiver } = createRecordingReceiver(options);
    receiver.on('receipts.*', failing).onUnhandled(callback);
    expect((await receiver.handle(await binaryRequest({ claims: { aid: 5 } }))).status).toBe(503);
    expect((await receiver.handle(await binaryRequest({ event: { type: 'receipts.create' } }))).status).toBe(
      500,
    );
    expect((await receiver.handle(await binaryRequest())).status).toBe(204);
    expect((await receiver.handle(await challengeRequest('a'))).status).toBe(200);
  });

  test.each(variants)('the logger of the request: %s', async (_, callback) => {
    const { receiver } = createRecordingReceiver();
    const logger = { warn: callback as () => void, error: callback as () => void };
    expect((await receiver.handle(await binaryRequest({ logger, claims: { aid: 5 } }))).status).toBe(503);
  });

  test.each(variants)('every method of the store: %s', async (_, method) => {
    const good: IdempotencyStore = {
      claim: () => ({ state: 'claimed', token: 'a' }),
      extend: () => true,
      complete: () => true,
      release: () => true,
    };
    const statusWith = async (changes: Record<string, unknown>, handler: () => unknown) => {
      const made = createRecordingReceiver({ idempotency: { ...good, ...changes } });
      made.receiver.on('*', handler);
      const { status } = await made.receiver.handle(await binaryRequest());
      return [status, ...made.lines.map((line) => line.split(' ')[2])];
    };
    expect(await statusWith({ claim: method }, () => {})).toEqual([503, 'store-unavailable:']);
    expect(await statusWith({ complete: method }, () => {})).toEqual([204, 'completion-failed:']);
    expect(await statusWith({ release: method }, failing)).toEqual([
      500,
      'handler-failed:',
      'release-failed:',
    ]);
    expect(await statusWith({ complete: () => false }, () => {})).toEqual([204, 'completion-failed:']);
  });

  test.each([undefined, null, 5, 'text', {}, { state: 'odd' }])(
    'a store that answers a claim with %s',
    async (answer) => {
      const store = { claim: () => answer, extend: () => true, complete: () => true, release: () => true };
      const { receiver, alerts } = createRecordingReceiver({ idempotency: store as never });
      let runs = 0;
      receiver.on('*', () => runs++);
      const response = await receiver.handle(await binaryRequest());
      expect(response.status).toBe(503);
      expect(runs).toBe(0);
      expect(alerts.map(({ code }) => code)).toEqual(['store-unavailable']);
    },
  );

  test.each([
    ['undefined', undefined],
    ['null', null],
    ['a text', 'thrown text'],
    ['an object without prototype', Object.create(null)],
    ['an object that cannot be shown', { toString: failing }],
  ])('a handler that throws %s', async (_, thrown) => {
    const { receiver, lines, errors } = createRecordingReceiver();
    receiver.on('*', () => {
      throw thrown;
    });
    expect((await receiver.handle(await binaryRequest())).status).toBe(500);
    expect(errors).toEqual([thrown]);
    expect(lines).toHaveLength(1);
  });

  test('messageOf shows what can be shown', () => {
    expect(messageOf(new Error('a'))).toBe('a');
    expect(messageOf(5)).toBe('5');
    expect(messageOf(Object.create(null))).toBe('something that cannot be shown');
  });
});

describe('handle() never rejects, whatever an adapter gives it', () => {
  const odd: [string, (good: ReceiverRequest) => unknown][] = [
    ['undefined', () => undefined],
    ['null', () => null],
    ['an empty object', () => ({})],
    ['no headers', (good) => ({ ...good, headers: undefined })],
    ['headers that throw', (good) => ({ ...good, headers: { [Symbol.iterator]: failing } })],
    ['a method that throws', (good) => Object.defineProperty({ ...good }, 'method', { get: failing })],
    [
      'a logger that throws when looked at',
      (good) => Object.defineProperty({ ...good }, 'logger', { get: failing }),
    ],
    ['a logger that is none', (good) => ({ ...good, logger: {}, method: 'PUT' })],
    ['no body function', (good) => ({ ...good, body: undefined })],
    ['a body of undefined', (good) => ({ ...good, body: async () => undefined })],
    ['bytes that are none', (good) => ({ ...good, body: async () => ({ bytes: 'text' }) })],
    ['no query function', (good) => ({ ...good, method: 'GET', query: undefined })],
  ];

  test.each(odd)('%s', async (_, change) => {
    const made: RecordingReceiver = createRecordingReceiver();
    const request = change(await binaryRequest()) as ReceiverRequest;
    const response = await made.receiver.handle(request);
    expect(response.status).toBeGreaterThanOrEqual(200);
    expect(response.status).toBeLessThan(600);
    const verified = await made.receiver.verify(change(await binaryRequest()) as ReceiverRequest);
    expect(['respond', 'event']).toContain(verified.kind);
    expect(await made.receiver.health()).toEqual({ ready: true, inFlight: 0 });
    expect((await made.receiver.handle(await binaryRequest())).status).toBe(204);
  });
});
