import fc from 'fast-check';
import { compactVerify, jwtVerify } from 'jose';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { describeOutcome, isOutcome, type Outcome } from '../../src/receiver/outcomes.js';
import type { TokenClaims } from '../../src/token/claims.js';
import { KeyRing } from '../../src/token/public-keys.js';
import { TokenVerifier } from '../../src/token/token-verifier.js';
import { applicationId, issuer, signingKey, sink } from '../support/sign-token.js';
import { type GeneratedToken, generatedToken, now } from './generated-tokens.js';

const seed = 20_230_404;
const numRuns = 12_000;
const clockTolerance = 60;

const verifier = new TokenVerifier(new KeyRing(signingKey.pem), {
  sinks: [sink],
  applicationIds: [applicationId],
  clockTolerance: clockTolerance * 1000,
});

beforeAll(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
});
afterAll(() => {
  vi.useRealTimers();
});

type Kind = 'challenge' | 'event';
type Payload = Readonly<Record<string, unknown>>;

/** A refusal of ours that jose does not share. */
interface StricterRule {
  readonly rule: string;
  readonly applies: (token: string, payload: Payload, kind: Kind) => boolean;
}

const isText = (value: unknown) => typeof value === 'string' && value !== '';
const isDate = (value: unknown) => typeof value === 'number' && Math.abs(value) < 8.64e12;

/**
 * The closed list of what we refuse and jose accepts. The rules are written anew here, not taken from the source:
 * a token is accepted exactly when jose accepts it and none of these applies.
 */
const stricterRules: readonly StricterRule[] = [
  {
    rule: 'every part is canonical base64url',
    applies: (token) =>
      token.split('.').some((part) => Buffer.from(part, 'base64url').toString('base64url') !== part),
  },
  { rule: 'a token has 16,384 characters at most', applies: (token) => token.length > 16_384 },
  {
    rule: 'there is no crit',
    applies: (token) => Object.hasOwn(JSON.parse(partOf(token, 0).replace(/^\ufeff/, '')) as Payload, 'crit'),
  },
  {
    rule: 'no part begins with a byte order mark',
    applies: (token) => [partOf(token, 0), partOf(token, 1)].some((part) => part.startsWith('\ufeff')),
  },
  { rule: 'exp is there, and a date', applies: (_, { exp }) => !isDate(exp) },
  {
    rule: 'exp counts to the millisecond',
    applies: (_, { exp }) => now >= Number(exp) * 1000 + clockTolerance * 1000,
  },
  { rule: 'iat is there on events', applies: (_, { iat }, kind) => kind === 'event' && iat === undefined },
  {
    rule: 'iat and nbf are dates',
    applies: (_, { iat, nbf }) => [iat, nbf].some((at) => at !== undefined && !isDate(at)),
  },
  {
    rule: 'iat is not in the future',
    applies: (_, { iat }) => typeof iat === 'number' && iat > Math.floor(now / 1000) + clockTolerance,
  },
  { rule: 'aid is there on events', applies: (_, { aid }, kind) => kind === 'event' && aid === undefined },
  { rule: 'aid is ours', applies: (_, { aid }) => aid !== undefined && aid !== applicationId },
  { rule: 'sub is there on events', applies: (_, { sub }, kind) => kind === 'event' && !isText(sub) },
  { rule: 'jti is there on events', applies: (_, { jti }, kind) => kind === 'event' && !isText(jti) },
  { rule: 'every audience is a text', applies: (_, { aud }) => ![aud].flat().every(isText) },
];

function partOf(token: string, index: number): string {
  return Buffer.from(token.split('.')[index] ?? '', 'base64url').toString();
}

async function verifyByJose(token: string): Promise<Payload | undefined> {
  try {
    const options = { algorithms: ['ES256'], issuer, audience: sink, clockTolerance };
    return (await jwtVerify(token, signingKey.publicKey, options)).payload;
  } catch {
    return undefined;
  }
}

async function isSignedForJose(token: string): Promise<boolean> {
  return compactVerify(token, signingKey.publicKey, { algorithms: ['ES256'] }).then(
    () => true,
    () => false,
  );
}

/** The refusals that say: this cannot be from Fatture in Cloud, or not that we know. */
const untrusted = ['token-malformed', 'token-untrusted', 'signing-key-unknown'];

async function judge({ token }: GeneratedToken, kind: Kind): Promise<readonly string[]> {
  const payload = await verifyByJose(token);
  // Of those that come together the first is verified in place, and the others on the thread pool.
  const verify = () => verifier.verify(token, kind);
  const [ours, ...pooled] = await Promise.all([verify(), verify(), verify()]);
  expect(pooled).toEqual([ours, ours]);
  const broken =
    payload === undefined ? [] : stricterRules.filter(({ applies }) => applies(token, payload, kind));
  const accepted = !isOutcome(ours);
  expect(accepted, accepted ? 'accepted' : `refused: ${JSON.stringify(ours)}`).toBe(
    payload !== undefined && broken.length === 0,
  );
  if (!accepted) await expectFittingRefusal(token, ours);
  else expectSameClaims(ours, payload);
  return payload === undefined ? [accepted ? '' : 'both refuse'] : broken.map(({ rule }) => rule);
}

/** What Fatture in Cloud signed never gets a 4xx, unless it is a replay of long ago; what it did not sign is never blamed on a claim. */
async function expectFittingRefusal(token: string, { code }: Outcome): Promise<void> {
  const wellFormed = code !== 'token-malformed';
  const signed = await isSignedForJose(token);
  if (!signed || !wellFormed) return expect(untrusted).toContain(code);
  expect(untrusted).not.toContain(code);
  if (code !== 'token-stale') expect(describeOutcome(code)).toMatchObject({ status: 503, alert: true });
}

function expectSameClaims(ours: TokenClaims | Outcome, payload: Payload | undefined): void {
  const { iss, sub, jti, aid, exp } = payload ?? {};
  expect(ours).toEqual({
    issuer: iss,
    subject: isText(sub) ? sub : undefined,
    tokenId: isText(jti) ? jti : undefined,
    applicationId: aid,
    expiresAt: Number(exp) * 1000,
  });
}

test(`accepts what jose accepts, short of the listed rules (${numRuns} tokens, seed ${seed})`, async () => {
  const kinds = new Map<string, number>();
  const verdicts = new Map<string, number>();
  const count = (map: Map<string, number>, key: string) => map.set(key, (map.get(key) ?? 0) + 1);
  await fc.assert(
    fc.asyncProperty(
      generatedToken,
      fc.constantFrom<Kind>('event', 'event', 'challenge'),
      async (generated, kind) => {
        for (const one of generated.kinds) count(kinds, one);
        const rules = await judge(generated, kind);
        if (rules.length === 0) count(verdicts, 'both accept');
        for (const rule of rules) count(verdicts, rule);
      },
    ),
    { seed, numRuns },
  );
  // A generator that makes only bad tokens, or only good ones, would show nothing.
  expect(verdicts.get('both accept')).toBeGreaterThan(numRuns / 5);
  expect(verdicts.get('both refuse')).toBeGreaterThan(numRuns / 5);
  for (const { rule } of stricterRules) expect(verdicts.get(rule) ?? 0, rule).toBeGreaterThan(0);
  for (const [kind, times] of kinds) expect(times, kind).toBeGreaterThan(10);
  expect(kinds.size).toBeGreaterThan(40);
}, 60_000);
