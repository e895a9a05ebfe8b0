import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { binaryRequest, challengeRequest, structuredRequest, type TestRequest } from '../support/requests.js';
import { createSigningKey } from '../support/sign-token.js';
import { fuzzedConversation, toPieces } from './fuzzed-conversation.js';
import { bodyOf, converse, parseAnswers, toHead } from './raw-http.js';
import { startEndpoint } from './start-endpoint.js';

const seed = 20_230_404;
const seconds = Number(process.env['FIC_FUZZ_SECONDS'] ?? 15);
/** Connections at the same time. */
const batch = 150;
/** The deadline of the endpoint, and what Node adds for requests that never end. Milliseconds. */
const answerWithin = 300;
const patience = 5_000;

/** Of the table of outcomes; 500 is for handlers that fail, and these do not. */
const ownStatuses = [200, 204, 400, 401, 405, 503];
/** 100 before the answer; 408, 417 and 431 are Node's own, as is 400 without a body. */
const nodeStatuses = [100, 400, 408, 417, 431];

async function makeBases(): Promise<TestRequest[]> {
  const forger = createSigningKey();
  const now = Math.floor(Date.now() / 1000);
  const made: TestRequest[] = [];
  for (let round = 0; round < 10; round++) {
    made.push(
      await binaryRequest(),
      await structuredRequest(),
      await challengeRequest(`challenge-${round}`),
      await binaryRequest({ key: forger }),
      await structuredRequest({ key: forger, claims: { aid: 999 } }),
      await binaryRequest({ claims: { aud: ['https://example.com/another'] } }),
      await binaryRequest({ claims: { exp: now - 7_200 } }),
      await binaryRequest({ headers: { authorization: undefined } }),
      await binaryRequest({ event: { type: 'subscriptions.welcome' }, body: '' }),
      await structuredRequest({ event: { type: 'entities.leads.create' } }),
    );
  }
  return made;
}

/** Pieces of the signatures: none of them may be seen anywhere. */
function secretsOf(requests: readonly TestRequest[]): string[] {
  return requests.flatMap(({ headers }) => {
    const signature = Object.fromEntries(headers)['authorization']?.split('.')[2] ?? '';
    return signature.match(/.{28}/g) ?? [];
  });
}

function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
}

function heapUsed(): number {
  collectGarbage();
  return process.memoryUsage().heapUsed;
}

describe('the HTTP surface under mutated requests', () => {
  it(`answers only what the table has, always, for ${seconds} s`, {
    timeout: seconds * 1_000 + 60_000,
  }, async () => {
    const alerts: string[] = [];
    const endpoint = await startEndpoint(
      { answerWithin, onAlert: (alert) => alerts.push(JSON.stringify(alert)) },
      { headersTimeout: 800, requestTimeout: 800, connectionsCheckingInterval: 100, keepAliveTimeout: 100 },
    );
    const bases = await makeBases();
    const secrets = secretsOf(bases);
    const statuses = new Map<number, number>();
    let batches = 0;
    let heapAtStart = 0;

    await fc.assert(
      fc.asyncProperty(
        fc.array(fuzzedConversation, { minLength: batch, maxLength: batch }),
        async (conversations) => {
          await Promise.all(
            conversations.map(async (requests) => {
              const pieces = (await Promise.all(requests.map((one) => toPieces(one, bases)))).flat();
              const { received, ending, milliseconds } = await converse(endpoint.port, pieces, patience);
              const sent = JSON.stringify(requests);
              expect(ending, `no end of: ${sent}`).not.toBe('open');
              expect(milliseconds).toBeLessThan(patience);
              for (const [, status] of received.matchAll(/^HTTP\/1\.1 (\d{3})/gm)) {
                statuses.set(Number(status), (statuses.get(Number(status)) ?? 0) + 1);
                expect([...ownStatuses, ...nodeStatuses], sent).toContain(Number(status));
              }
              // Answers to HEAD announce a body and have none, so they cannot be told apart without the requests.
              if (!sent.includes('HEAD')) {
                for (const { status, headers, body } of parseAnswers(received)) {
                  if (status === 200 || status === 204 || !('content-length' in headers)) continue;
                  if (nodeStatuses.includes(status) && body === '') continue;
                  expect(headers['content-type'], sent).toBe('application/problem+json');
                  expect(JSON.parse(body), sent).toMatchObject({ status, code: expect.any(String) });
                }
              }
              expect(
                secrets.filter((secret) => received.includes(secret)),
                sent,
              ).toEqual([]);
            }),
          );
          batches++;
          if (batches === 2) heapAtStart = heapUsed();
        },
      ),
      { seed, numRuns: 1_000_000, interruptAfterTimeLimit: seconds * 1_000, endOnFailure: true },
    );

    const said = [...endpoint.lines, ...alerts].join('\n');
    expect(secrets.filter((secret) => said.includes(secret))).toEqual([]);
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there.
    for (const line of endpoint.lines) expect(line).not.toMatch(/[\u0000-\u001f]/);

    // The generator must reach the inside for all this to mean anything.
    expect(batches).toBeGreaterThan(2);
    for (const status of [200, 204, 400, 401, 405, 503]) expect(statuses.get(status) ?? 0).toBeGreaterThan(0);
    expect(endpoint.events.length).toBeGreaterThan(0);

    const good = await binaryRequest();
    const pieces = [toHead(good, { add: [['connection', 'close']] }), await bodyOf(good)];
    expect(parseAnswers((await converse(endpoint.port, pieces)).received)[0]?.status).toBe(204);

    endpoint.events.length = 0;
    expect(heapUsed() - heapAtStart).toBeLessThan(24 * 1024 * 1024);
  });
});
