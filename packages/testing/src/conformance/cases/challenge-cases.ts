import { challengeName } from '../../challenge-request.js';
import { createTestKeyPair } from '../../create-test-key-pair.js';
import { CaseFailure } from '../../suite/suite-case.js';
import type { TestRequest } from '../../test-request.js';
import {
  type ConformanceCase,
  echoChallenge,
  type Refusal,
  refuseChallenge,
  saveable,
  secretsOf,
  unauthorized,
} from '../conformance-case.js';
import { expectEcho, expectRefusal } from '../expect-answer.js';
import type { Probe } from '../probe.js';
import { fetchHeader } from '../read-answer.js';

const hour = 60 * 60 * 1000;
const unusable: Refusal = { status: 400, codes: ['challenge-unusable'] };
const longest = 'a'.repeat(1024);

/** The verification request and its challenge. */
export const challengeCases: readonly ConformanceCase[] = [
  echoChallenge('challenge: in the header'),
  echoChallenge('challenge: in the query', { method: 'query' }),
  {
    name: 'challenge: in both, equal',
    async run(probe) {
      const { request, challenge } = probe.challenge();
      request.query.push([challengeName, challenge]);
      expectEcho(await probe.send(request), challenge);
    },
  },
  {
    name: 'challenge: in both, different',
    run: (probe) =>
      refuse(probe, ({ query }) => {
        query.push([challengeName, 'another']);
      }),
  },
  { name: 'challenge: none', run: (probe) => refuse(probe, ({ headers }) => void headers.pop()) },
  {
    name: 'challenge: header repeated',
    async run(probe) {
      const { request, challenge } = probe.challenge();
      request.headers.push([challengeName, 'another']);
      const response = await probe.send(request);
      // The Headers of the Fetch API join what is repeated, so some runtimes see one value. Neither challenge is echoed.
      if (response.status === 200) expectEcho(response, `${challenge}, another`);
      else expectRefusal(response, unusable);
    },
  },
  {
    name: 'challenge: query parameter repeated',
    run: (probe) =>
      refuse(probe, ({ headers, query }) => {
        headers.pop();
        query.push([challengeName, 'one'], [challengeName, 'another']);
      }),
  },
  refuseChallenge('challenge: empty, in the header', unusable, { challenge: '' }),
  refuseChallenge('challenge: empty, in the query', unusable, { challenge: '', method: 'query' }),
  echoChallenge('challenge: 1,024 characters', { challenge: longest }),
  refuseChallenge('challenge: 1,025 characters', unusable, { challenge: `${longest}a` }),
  refuseChallenge('challenge: 1,025 characters in the query', unusable, {
    challenge: `${longest}a`,
    method: 'query',
  }),
  echoChallenge('challenge: characters that JSON escapes', { challenge: '"\\</script>&', method: 'query' }),
  refuseChallenge('challenge: not ASCII, in the header', unusable, { challenge: 'caff\u00e8' }),
  refuseChallenge('challenge: not ASCII, in the query', unusable, {
    challenge: 'caff\u00e8 \u20ac',
    method: 'query',
  }),
  refuseChallenge('challenge: control characters', unusable, { challenge: 'a\r\nb', method: 'query' }),
  {
    name: 'challenge: headers of the answer',
    async run(probe) {
      const { request, challenge } = probe.challenge();
      const response = await probe.send(request);
      expectEcho(response, challenge);
      const wanted = {
        'content-type': /^application\/json\s*(;|$)/i,
        'cache-control': /\bno-store\b/i,
        'x-content-type-options': /^nosniff$/i,
        'content-security-policy': /default-src 'none'/i,
      };
      for (const [name, pattern] of Object.entries(wanted)) {
        const value = fetchHeader(response, name);
        if (value !== undefined && pattern.test(value)) continue;
        throw new CaseFailure(
          `Expected the header ${name} to match ${pattern}; it is ${value ?? 'missing'}. The challenge is text from outside: ` +
            'no browser may take it for a page, and nothing may cache it.',
        );
      }
    },
  },
  echoChallenge('challenge: token without aid', { claims: { aid: undefined } }),
  echoChallenge('challenge: token without iat', { claims: { iat: undefined } }),
  echoChallenge('challenge: token with sub and jti', { claims: { sub: 'company:1', jti: '198:1' } }),
  refuseChallenge('challenge: no token', unauthorized('token-missing'), {
    headers: { authorization: undefined },
  }),
  refuseChallenge('challenge: token of another application', saveable('token-application'), (probe) => ({
    claims: { aid: probe.applicationId + 1 },
  })),
  refuseChallenge('challenge: token for another sink', saveable('token-audience'), {
    claims: { aud: ['https://example.org/other'] },
  }),
  refuseChallenge('challenge: token of another issuer', saveable('token-issuer'), {
    claims: { iss: 'https://example.org' },
  }),
  refuseChallenge('challenge: token expired for an hour', saveable('token-expired'), { expiresIn: -hour }),
  refuseChallenge('challenge: token expired for 25 hours', unauthorized('token-stale'), {
    expiresIn: -25 * hour,
  }),
  refuseChallenge('challenge: forged, for another sink', unauthorized('token-untrusted'), () => ({
    signWith: createTestKeyPair().privateKey,
    claims: { aud: ['https://example.org/other'] },
  })),
  refuseChallenge('challenge: unknown key, names this sink', saveable('signing-key-unknown'), () => ({
    signWith: createTestKeyPair().privateKey,
  })),
];

/** Sends a verification request after an edit, and expects 400. The challenge is the last of its headers. */
async function refuse(probe: Probe, edit: (request: TestRequest) => void): Promise<void> {
  const { request } = probe.challenge();
  edit(request);
  expectRefusal(await probe.send(request), { ...unusable, secrets: secretsOf(request.headers) });
}
