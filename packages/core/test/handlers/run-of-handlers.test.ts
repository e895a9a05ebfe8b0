import { describe, expect, it } from 'vitest';
import type { FicEvent } from '../../src/events/fic-event.js';
import type { FicContext } from '../../src/handlers/event-handler.js';
import { createReceiver } from '../../src/receiver/create-receiver.js';
import type { FicReceiver } from '../../src/receiver/fic-receiver.js';
import type { ReceiverOptions } from '../../src/receiver/receiver-options.js';
import type { HandlerFailure } from '../../src/receiver/reporter.js';
import { binaryRequest, type RequestOptions } from '../support/requests.js';
import { applicationId, signingKey, sink } from '../support/sign-token.js';

function create(options: Partial<ReceiverOptions> = {}): FicReceiver {
  return createReceiver({ sink, applicationId, publicKeys: signingKey.pem, logger: false, ...options });
}

async function send(receiver: FicReceiver, options?: RequestOptions) {
  return receiver.handle(await binaryRequest(options));
}

describe('the handlers of an event', () => {
  it('all run, one after another, in the order registered', async () => {
    const steps: string[] = [];
    const slowly = (name: string) => async () => {
      steps.push(`${name} begins`);
      await new Promise((resolve) => setTimeout(resolve, 5));
      steps.push(`${name} ends`);
    };
    const receiver = create()
      .on('entities.clients.*', slowly('first'))
      .on('entities.suppliers.create', slowly('never'))
      .on('*', slowly('second'))
      .on(['products.create', 'entities.clients.create'], slowly('third'));
    expect((await send(receiver)).status).toBe(204);
    expect(steps).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
      'third begins',
      'third ends',
    ]);
  });

  it('run even when one before them fails: the event fails, and the retry runs all again', async () => {
    const ran: string[] = [];
    const failures: [unknown, HandlerFailure][] = [];
    let broken = true;
    const receiver = create({ onError: (error, failure) => failures.push([error, failure]) })
      .on(
        'entities.clients.create',
        () => {
          ran.push('first');
          if (broken) throw new Error('The database is away.');
        },
        { name: 'save client' },
      )
      .on('entities.*.create', async () => {
        ran.push('second');
        if (broken) throw new Error('The mail server is away.');
      })
      .on('*', () => ran.push('third'));
    const event = { id: '198:f059b211-24f4-44ab-9859-b1613a9a0712' };
    const answer = await send(receiver, { event });
    expect(answer.status).toBe(500);
    expect(answer.body).not.toContain('away');
    expect(ran).toEqual(['first', 'second', 'third']);
    expect(
      failures.map(([error, { handler, attempt, where }]) => [String(error), handler, attempt, where]),
    ).toEqual([
      ['Error: The database is away.', 'save client', 1, 'inline'],
      ['Error: The mail server is away.', 'entities.*.create', 1, 'inline'],
    ]);
    expect(failures[0]?.[1].event.id).toBe(event.id);

    broken = false;
    expect((await send(receiver, { event })).status).toBe(204);
    expect(ran).toEqual(['first', 'second', 'third', 'first', 'second', 'third']);
  });

  it.each([
    ['an Error', new Error('no')],
    ['undefined', undefined],
    ['null', null],
    ['a string', 'no'],
    ['an object that cannot be shown', { toString: () => Symbol('no') }],
  ])('that throw %s fail the event with 500', async (_, thrown) => {
    const told: unknown[] = [];
    const receiver = create({ onError: (error) => told.push(error) }).on('*', () => {
      throw thrown;
    });
    expect((await send(receiver)).status).toBe(500);
    expect(told).toEqual([thrown]);
  });

  it.each([
    ['nothing', undefined],
    ['null', null],
    // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
    ['a thenable', { then: (resolve: (value: unknown) => void) => resolve('done') }],
    ['false', false],
    ['an array', [1]],
  ])('that return %s succeed', async (_, returned) => {
    const receiver = create().on('*', () => returned);
    expect((await send(receiver)).status).toBe(204);
  });

  it.each([
    ['an object', {}],
    // As some query builders are.
    ['a function', () => {}],
  ])('that return a thenable which rejects fail: %s', async (_, base) => {
    const thenable = Object.assign(base, {
      // biome-ignore lint/suspicious/noThenProperty: a thenable is what is tested.
      then: (_: unknown, reject: (error: Error) => void) => reject(new Error('no')),
    });
    const receiver = create().on('*', () => thenable);
    expect((await send(receiver)).status).toBe(500);
  });

  it('are given the same frozen event', async () => {
    const seen: FicEvent[] = [];
    const receiver = create()
      .on('*', (event) => {
        seen.push(event);
        expect(() => Object.assign(event, { id: 'another' })).toThrow(TypeError);
        expect(() => (event.ids as unknown as number[]).push(1)).toThrow(TypeError);
      })
      .on('*', (event) => seen.push(event));
    expect((await send(receiver)).status).toBe(204);
    expect(seen[0]).toBe(seen[1]);
  });
});

describe('the context', () => {
  it('says the attempt, when the request came in and where to log', async () => {
    const lines: string[] = [];
    const own = { warn: (line: string) => lines.push(line), error: () => {} };
    const contexts: FicContext[] = [];
    const receiver = create({ logger: own }).on('*', (_, context) => {
      contexts.push(context);
      context.logger.warn('from the handler');
    });
    const before = Date.now();
    await send(receiver);
    const [context] = contexts;
    expect(context?.attempt).toBe(1);
    expect(context?.receivedAt).toBeGreaterThanOrEqual(before);
    expect(context?.receivedAt).toBeLessThanOrEqual(Date.now());
    expect(context?.signal.aborted).toBe(false);
    expect(context?.signal).toBe(context?.signal);
    expect(lines).toEqual(['from the handler']);
  });

  it("has the request's own logger when it brings one", async () => {
    const lines: string[] = [];
    const logger = { warn: (line: string) => lines.push(line), error: () => {} };
    const receiver = create({ logger: console }).on('*', (_, context) =>
      context.logger.warn('from the handler'),
    );
    await send(receiver, { logger });
    expect(lines).toEqual(['from the handler']);
  });

  it.each([
    ['1,500 ms', 1_500, '2'],
    ['an hour', 3_600_000, '3600'],
    ['zero', 0, '0'],
    ['nonsense', Number.NaN, '0'],
    ['less than nothing', -5, '0'],
  ])('retryAfter with %s: 503 with Retry-After, and the event can come again', async (_, asked, header) => {
    let calls = 0;
    const receiver = create().on('*', (_event, { retryAfter }) => {
      if (++calls === 1) retryAfter(asked);
    });
    const event = { id: '198:f059b211-24f4-44ab-9859-b1613a9a0712' };
    const answer = await send(receiver, { event });
    expect(answer.status).toBe(503);
    expect(JSON.parse(answer.body)).toMatchObject({ code: 'handler-postponed' });
    expect(answer.headers['retry-after']).toBe(header);
    expect((await send(receiver, { event })).status).toBe(204);
    expect(calls).toBe(2);
  });

  it.each<[how: string, use: (context: FicContext) => void]>([
    ['taken out', ({ retryAfter }) => retryAfter(5_000)],
    ['in a copy of the context', (context) => ({ ...context }).retryAfter(5_000)],
    ['in what is left of the context', ({ attempt: _, ...rest }) => rest.retryAfter(5_000)],
    ['behind a proxy', (context) => new Proxy(context, {}).retryAfter(5_000)],
    ['inherited', (context) => Object.create(context).retryAfter(5_000)],
  ])('retryAfter counts when it is called %s', async (_, use) => {
    const receiver = create().on('*', (_event, context) => use(context));
    const answer = await send(receiver);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '5']);
  });
});

describe('onUnhandled', () => {
  it('is told of what no handler matches, each callback, whatever the others throw; the answer is 204', async () => {
    const told: string[] = [];
    const receiver = create()
      .on('products.*', () => told.push('handler'))
      .onUnhandled((event) => {
        told.push(`first ${event.name}`);
        throw new Error('no');
      })
      .onUnhandled(async (event) => {
        told.push(`second ${event.name}`);
        throw new Error('no');
      });
    expect((await send(receiver)).status).toBe(204);
    expect(told).toEqual(['first entities.clients.create', 'second entities.clients.create']);
    expect((await send(receiver, { event: { type: 'products.create' } })).status).toBe(204);
    expect(told).toHaveLength(3);
  });
});
