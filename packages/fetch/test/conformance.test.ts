import { conformanceCaseNames, runConformance, sendOverHttp, type TestRequest } from '@fic-webhooks/testing';
import { Hono } from 'hono';
import { describe, expect, it } from 'vitest';
import { createFetchHandler } from '../src/index.js';
import { createRecordingReceiver, signing, sink, startApp, toAnswer, toRequest } from './start-endpoint.js';

describe('the conformance suite', () => {
  it('passes through Hono on Node.js', { timeout: 60_000 }, async () => {
    const { receiver, handled, failNext } = createRecordingReceiver();
    const handler = createFetchHandler(receiver);
    const app = new Hono().all('/webhooks/fic', (c) => handler(c.req.raw));
    const send = sendOverHttp(`${await startApp(app)}/webhooks/fic`);
    const results = await runConformance({ ...signing, send, handled: () => handled, failNext });
    expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
    expect(results).toHaveLength(conformanceCaseNames.length);
  });

  it('passes when the handler is called with a Request', { timeout: 60_000 }, async () => {
    const { receiver, handled, failNext } = createRecordingReceiver();
    const handler = createFetchHandler(receiver);
    const results = await runConformance({
      ...signing,
      send: async (request) => toAnswer(await handler(toRequest(request))),
      handled: () => handled,
      failNext,
    });
    expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
    expect(results).toHaveLength(conformanceCaseNames.length);
  });
});

describe('what Headers join before the webhook sees it', () => {
  const { receiver } = createRecordingReceiver();
  const handler = createFetchHandler(receiver);

  /** The answer to one case of the suite, with the requests that it made. */
  async function answersOf(name: string) {
    const answers: { request: TestRequest; status: number; body: Record<string, unknown> }[] = [];
    await runConformance({
      ...signing,
      sink,
      cases: [name],
      async send(request) {
        const answer = await toAnswer(await handler(toRequest(request)));
        answers.push({ request, status: answer.status, body: JSON.parse(answer.body) });
        return answer;
      },
    });
    return answers;
  }

  it('two Authorization headers are one that no bearer token fits, and still 401', async () => {
    expect(await answersOf('token: two Authorization headers')).toMatchObject([
      { status: 401, body: { code: 'token-malformed' } },
    ]);
  });

  it('two ce-id headers are one that no token was made for, and still 503', async () => {
    expect(await answersOf('binding: ce-id repeated')).toMatchObject([
      { status: 503, body: { code: 'event-binding' } },
    ]);
  });

  it('two challenges are one, joined with a comma: neither of them is echoed', async () => {
    const [answer] = await answersOf('challenge: header repeated');
    const [first, second] = (answer?.request.headers ?? []).slice(-2).map(([, value]) => value);
    expect(answer).toMatchObject({ status: 200, body: { verification: `${first}, ${second}` } });
  });
});
