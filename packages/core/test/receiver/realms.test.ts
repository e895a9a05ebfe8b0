import { runInNewContext } from 'node:vm';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { platform } from '../../src/platform/node.js';
import { createRecordingReceiver } from '../support/recording-receiver.js';
import { binaryRequest, challengeRequest } from '../support/requests.js';
import { createSigningKey, signingKey } from '../support/sign-token.js';

// In the edge runtime of Next.js and in the virtual machines of test runners, the promises of the platform are of another
// realm than those of the code: `instanceof Promise` is false for them. The signature checks here are the real ones.

const ForeignPromise = runInNewContext('Promise') as PromiseConstructor;

function abroad<A extends unknown[], R>(work: (...given: A) => R) {
  return (...given: A) =>
    new ForeignPromise<Awaited<R>>((resolve) => resolve(work(...given) as Awaited<R>)) as R;
}

beforeEach(() => {
  const { importKey, verifyEs256, sha256 } = platform;
  vi.spyOn(platform, 'importKey').mockImplementation(abroad(importKey));
  vi.spyOn(platform, 'verifyEs256').mockImplementation(abroad(verifyEs256));
  vi.spyOn(platform, 'sha256').mockImplementation(abroad(sha256));
});
afterEach(() => {
  vi.restoreAllMocks();
});

test('the promises of the other realm are such that instanceof does not know them', () => {
  expect(platform.sha256('') instanceof Promise).toBe(false);
});

test.each([
  ['one key', signingKey.pem],
  ['a list of keys', [createSigningKey().pem, signingKey.pem]],
  ['a function', async () => signingKey.pem],
])('a genuine token is accepted and a forged one is not, with %s', async (_, publicKeys) => {
  const { receiver } = createRecordingReceiver({ publicKeys });
  const handled: string[] = [];
  receiver.on('*', (event) => handled.push(event.id));
  const key = createSigningKey();
  expect((await receiver.handle(await binaryRequest({ key, event: { id: '1:forged' } }))).status).toBe(503);
  expect((await receiver.handle(await binaryRequest({ key, claims: { aid: 7 } }))).status).toBe(401);
  expect((await receiver.handle(await challengeRequest('abc', { key }))).status).toBe(503);
  expect((await receiver.verify(await binaryRequest({ key }))).kind).toBe('respond');
  expect((await receiver.handle(await challengeRequest('abc'))).status).toBe(200);
  expect(handled).toEqual([]);
  const genuine = await binaryRequest({ event: { id: '1:genuine' } });
  expect((await receiver.handle(genuine)).status).toBe(204);
  expect((await receiver.handle(genuine)).status).toBe(204);
  expect(handled).toEqual(['1:genuine']);
});

test('a key that cannot be imported is an error, not a key', async () => {
  vi.mocked(platform.importKey).mockImplementation(
    () => ForeignPromise.reject(new Error('not on the curve')) as never,
  );
  const { receiver, lines } = createRecordingReceiver();
  const response = await receiver.handle(await binaryRequest());
  expect([response.status, JSON.parse(response.body)]).toMatchObject([503, { code: 'keys-unavailable' }]);
  expect(lines[0]).toContain('the key cannot be imported');
});
