import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { isOutcome } from '../../src/receiver/outcomes.js';
import { type ClaimRules, checkClaims, namesReceiver } from '../../src/token/check-claims.js';
import { KeyRing } from '../../src/token/public-keys.js';
import { TokenVerifier } from '../../src/token/token-verifier.js';
import {
  applicationId,
  type Claims,
  issuer,
  makeClaims,
  signingKey,
  signToken,
  sink,
} from '../support/sign-token.js';

/** A whole second, and the milliseconds after it. */
const second = 1_700_000_000;
const now = second * 1000;
const day = 86_400;
const rules: ClaimRules = {
  sinks: [sink, 'https://example.com/other'],
  applicationIds: [applicationId, 7],
  clockTolerance: 60_000,
};
const good = {
  iss: issuer,
  aud: [sink],
  sub: 'company:1',
  jti: '1:a',
  iat: second,
  exp: second + 10_800,
  aid: applicationId,
};

function judge(changes: Claims, kind: 'challenge' | 'event' = 'event', at = now, by = rules): string {
  const result = checkClaims({ ...good, ...changes }, kind, by, at);
  return isOutcome(result) ? result.code : 'accepted';
}

test('a good token gives its claims', () => {
  expect(checkClaims(good, 'event', rules, now)).toEqual({
    issuer,
    subject: 'company:1',
    tokenId: '1:a',
    applicationId,
    expiresAt: (second + 10_800) * 1000,
  });
});

describe('exp', () => {
  test.each([
    ['within the tolerance', second - 60 + 1, 'accepted'],
    ['at the end of the tolerance', second - 60, 'token-expired'],
    ['24 hours ago', second - day, 'token-expired'],
    ['over 24 hours ago', second - day - 1, 'token-stale'],
    ['a fraction over 24 hours ago', second - day - 0.5, 'token-stale'],
    ['in 1970', 0, 'token-stale'],
    ['before 1970', -1e12, 'token-stale'],
    ['in a thousand years', second + 1000 * 365 * day, 'accepted'],
    ['beyond every date', 8.64e12, 'token-claims'],
    ['beyond every date, negative', -8.64e12, 'token-claims'],
    ['infinite', Number.POSITIVE_INFINITY, 'token-claims'],
    ['missing', undefined, 'token-claims'],
    ['null', null, 'token-claims'],
    ['a text', String(second + 100), 'token-claims'],
    ['a list', [second + 100], 'token-claims'],
  ])('%s', (_, exp, expected) => {
    expect(judge({ exp })).toBe(expected);
    expect(judge({ exp }, 'challenge')).toBe(expected);
  });

  test('ends to the millisecond', () => {
    expect(judge({ exp: second }, 'event', now + 59_999)).toBe('accepted');
    expect(judge({ exp: second }, 'event', now + 60_000)).toBe('token-expired');
    expect(judge({ exp: second }, 'event', now + day * 1000)).toBe('token-expired');
    expect(judge({ exp: second }, 'event', now + day * 1000 + 1)).toBe('token-stale');
  });

  test('without tolerance', () => {
    const strict = { ...rules, clockTolerance: 0 };
    expect(judge({ exp: second }, 'event', now - 1, { ...strict })).toBe('token-early');
    expect(judge({ exp: second + 1 }, 'event', now + 999, strict)).toBe('accepted');
    expect(judge({ exp: second + 1 }, 'event', now + 1000, strict)).toBe('token-expired');
  });
});

describe.each(['iat', 'nbf'])('%s', (claim) => {
  test.each([
    ['now', second, 'accepted'],
    ['long ago', 0, 'accepted'],
    ['within the tolerance', second + 60, 'accepted'],
    ['a fraction beyond', second + 60.5, 'token-early'],
    ['a second beyond', second + 61, 'token-early'],
    ['beyond every date', 8.64e12, 'token-claims'],
    ['null', null, 'token-claims'],
    ['a text', String(second), 'token-claims'],
    ['an object', {}, 'token-claims'],
  ])('%s', (_, value, expected) => {
    expect(judge({ [claim]: value })).toBe(expected);
    expect(judge({ [claim]: value }, 'challenge')).toBe(expected);
  });

  test('counts the seconds that have begun', () => {
    expect(judge({ [claim]: second + 60 }, 'event', now + 999)).toBe('accepted');
    expect(judge({ [claim]: second + 61 }, 'event', now + 999)).toBe('token-early');
    expect(judge({ [claim]: second + 61 }, 'event', now + 1000)).toBe('accepted');
  });
});

test('iat is needed on events alone, nbf never', () => {
  expect(judge({ iat: undefined })).toBe('token-claims');
  expect(judge({ iat: undefined }, 'challenge')).toBe('accepted');
  expect(judge({ nbf: undefined })).toBe('accepted');
});

describe('iss', () => {
  test.each([
    ['with a slash', `${issuer}/`, 'token-issuer'],
    ['in capitals', issuer.toUpperCase(), 'token-issuer'],
    ['empty', '', 'token-issuer'],
    ['missing', undefined, 'token-claims'],
    ['a list', [issuer], 'token-claims'],
    ['null', null, 'token-claims'],
  ])('%s', (_, iss, expected) => {
    expect(judge({ iss })).toBe(expected);
  });
});

describe('aud', () => {
  test.each([
    ['a text', sink, 'accepted'],
    ['the other sink', ['https://example.com/other'], 'accepted'],
    ['ours among others', ['https://a.example', sink], 'accepted'],
    ['somebody else', ['https://a.example'], 'token-audience'],
    ['with a slash', [`${sink}/`], 'token-audience'],
    ['with a query', [`${sink}?a=1`], 'token-audience'],
    ['in capitals', [sink.toUpperCase()], 'token-audience'],
    ['longer than ours', `${sink}x`, 'token-audience'],
    ['shorter than ours', sink.slice(0, -1), 'token-audience'],
    ['missing', undefined, 'token-claims'],
    ['an empty list', [], 'token-claims'],
    ['an empty text', '', 'token-claims'],
    ['a mixed list', [sink, 1], 'token-claims'],
    ['a nested list', [[sink]], 'token-claims'],
    ['an object', { 0: sink }, 'token-claims'],
    ['null', null, 'token-claims'],
  ])('%s', (_, aud, expected) => {
    expect(judge({ aud })).toBe(expected);
    expect(judge({ aud }, 'challenge')).toBe(expected);
  });
});

describe('aid', () => {
  test.each([
    ['the other application', 7, 'accepted', 'accepted'],
    ['somebody else', 8, 'token-application', 'token-application'],
    ['zero', 0, 'token-application', 'token-application'],
    ['missing', undefined, 'token-claims', 'accepted'],
    ['a text', '1234', 'token-claims', 'token-claims'],
    ['a fraction', 1234.5, 'token-claims', 'token-claims'],
    ['beyond whole numbers', 2 ** 53, 'token-claims', 'token-claims'],
    ['null', null, 'token-claims', 'token-claims'],
    ['a list', [1234], 'token-claims', 'token-claims'],
  ])('%s', (_, aid, onEvent, onChallenge) => {
    expect(judge({ aid })).toBe(onEvent);
    expect(judge({ aid }, 'challenge')).toBe(onChallenge);
  });

  test('any application, but one', () => {
    const any: ClaimRules = { ...rules, applicationIds: 'any' };
    expect(judge({ aid: 8 }, 'event', now, any)).toBe('accepted');
    expect(judge({ aid: undefined }, 'event', now, any)).toBe('token-claims');
    expect(judge({ aid: '8' }, 'event', now, any)).toBe('token-claims');
  });
});

describe.each(['sub', 'jti'])('%s', (claim) => {
  test.each([
    ['missing', undefined],
    ['empty', ''],
    ['null', null],
    ['a number', 1],
    ['a list', ['1:a']],
  ])('%s is refused on events, passed over on challenges', (_, value) => {
    expect(judge({ [claim]: value })).toBe('token-claims');
    const challenge = checkClaims({ ...good, [claim]: value }, 'challenge', rules, now);
    expect(challenge).toMatchObject({ [claim === 'sub' ? 'subject' : 'tokenId']: undefined });
  });
});

test('claims that are no object', () => {
  expect(checkClaims(undefined, 'event', rules, now)).toMatchObject({ code: 'token-claims' });
});

test('the detail says what was seen and what was expected', () => {
  const detailOf = (changes: Claims) =>
    (checkClaims({ ...good, ...changes }, 'event', rules, now) as { detail: string }).detail;
  expect(detailOf({ aud: ['https://a.example'] })).toBe(
    'aud is ["https://a.example"], sink is ["https://example.com/webhooks/fic","https://example.com/other"].',
  );
  expect(detailOf({ aid: 8 })).toBe('aid is 8, applicationId is 1234,7.');
  expect(detailOf({ iss: 'x' })).toBe('iss is x.');
  expect(detailOf({ exp: second - 100 })).toBe(
    'Expired at 2023-11-14T22:11:40.000Z, it is 2023-11-14T22:13:20.000Z.',
  );
  expect(detailOf({ iat: second + 100 })).toMatch(/^Issued at 2023-11-14T22:15:00/);
  expect(detailOf({ nbf: second + 100 })).toMatch(/^Valid from 2023-11-14T22:15:00/);
  expect(detailOf({ jti: undefined })).toBe('jti is missing.');
  expect(detailOf({ jti: 5 })).toBe('jti has another form than expected.');
});

describe('unverified claims that name us', () => {
  test.each([
    ['good ones', {}, true],
    ['without aid', { aid: undefined }, true],
    ['without jti and sub', { jti: undefined, sub: undefined }, true],
    ['of another application', { aid: 8 }, false],
    ['with an odd aid', { aid: '1234' }, false],
    ['for another sink', { aud: ['https://a.example'] }, false],
    ['with an odd audience', { aud: null }, false],
    ['of another issuer', { iss: 'x' }, false],
    ['expired', { exp: second - 60 }, false],
    ['in tolerance', { exp: second - 59 }, true],
    ['without exp', { exp: undefined }, false],
  ])('%s', (_, changes, expected) => {
    expect(namesReceiver({ ...good, ...changes }, rules, now)).toBe(expected);
  });

  test('no object', () => {
    expect(namesReceiver(undefined, rules, now)).toBe(false);
  });
});

describe('on the clock', () => {
  beforeEach(() => {
    vi.useFakeTimers({ now, toFake: ['Date'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  test('a signed token grows old', async () => {
    const verifier = new TokenVerifier(new KeyRing(signingKey.pem), rules);
    const token = await signToken(makeClaims());
    const codeAt = async (milliseconds: number) => {
      vi.setSystemTime(milliseconds);
      const result = await verifier.verify(token, 'event');
      return isOutcome(result) ? result.code : 'accepted';
    };
    const end = now + 10_800_000;
    expect(await codeAt(now - 60_001)).toBe('token-early');
    expect(await codeAt(now - 60_000)).toBe('accepted');
    expect(await codeAt(end + 59_999)).toBe('accepted');
    expect(await codeAt(end + 60_000)).toBe('token-expired');
    expect(await codeAt(end + 86_400_000)).toBe('token-expired');
    expect(await codeAt(end + 86_400_001)).toBe('token-stale');
  });
});
