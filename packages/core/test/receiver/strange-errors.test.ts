import { describe, expect, test } from 'vitest';
import { memoryStore, type ReceiverOptions } from '../../src/index.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest } from '../support/requests.js';

/** An error with the body of an answer in place of a text, as some clients of HTTP APIs make them. */
function withMessage(message: unknown): Error {
  return Object.assign(new Error(), { message });
}

const strangers: readonly (readonly [name: string, error: unknown])[] = [
  ['an error whose message is an object', withMessage({ status: 500 })],
  ['an error whose message is missing', withMessage(undefined)],
  ['an error whose message cannot be made a text', withMessage(Object.create(null))],
  ['a symbol', Symbol('away')],
  ['nothing', undefined],
  ['an object without a prototype', Object.create(null)],
];

describe.each(strangers)('%s', (_name, error) => {
  const fail = (): never => {
    throw error;
  };
  const reject = () => Promise.reject(error);

  test.each<[place: string, options: Partial<ReceiverOptions>, answer: string]>([
    ['company', { company: fail }, '503 company-undecided'],
    ['company, later', { company: reject }, '503 company-undecided'],
    ['claim', { idempotency: { ...memoryStore(), claim: fail } }, '503 store-unavailable'],
    ['claim, later', { idempotency: { ...memoryStore(), claim: reject } }, '503 store-unavailable'],
    ['complete', { idempotency: { ...memoryStore(), complete: fail } }, '204'],
    ['complete, later', { idempotency: { ...memoryStore(), complete: reject } }, '204'],
  ])('from %s is an answer like any other', async (_place, options, answer) => {
    const { receiver } = createRecordingReceiver(options);
    receiver.on('*', () => {});
    expect(await summarize(receiver)).toBe(answer);
    await receiver.close();
  });

  test('from a handler is a failure like any other, of which the store is told', async () => {
    const { receiver } = createRecordingReceiver({
      idempotency: { ...memoryStore(), release: reject },
    });
    receiver.on('*', fail);
    expect(await summarize(receiver)).toBe('500 handler-failed');
    // What a run does not tell of its end would be waited for here.
    const start = performance.now();
    await receiver.close({ deadline: 30_000 });
    expect(performance.now() - start).toBeLessThan(10_000);
  });
});

async function summarize({ handle }: ReturnType<typeof createRecordingReceiver>['receiver']) {
  const { status, body } = await handle(await binaryRequest());
  return body === '' ? String(status) : `${status} ${JSON.parse(body).code}`;
}
