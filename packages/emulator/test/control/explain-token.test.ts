import {
  type ChallengeRequestOptions,
  challengeRequest,
  createTestKeyPair,
  signNotification,
} from '@fic-webhooks/testing';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { explainToken, type SentToken } from '../../src/control/explain-token.js';
import type { DeliveryView, TokenCheckName, TokenView } from '../../src/control/views.js';
import { type Emulator, type FaultName, startEmulator } from '../../src/index.js';
import { call } from './call.js';
import { startSink, type TestSink } from './start-sink.js';

const seed = Number(process.env['FIC_SEED'] ?? 20_230_406);
const { privateKey, publicKey } = createTestKeyPair();
const sink = 'https://example.com/webhooks/fic';
const sentAt = Date.UTC(2026, 2, 4, 10, 0, 0, 250);
const names: TokenCheckName[] = ['signature', 'alg', 'iss', 'aud', 'sub', 'jti', 'iat', 'exp', 'aid'];

const delivery: SentToken['delivery'] = {
  kind: 'event',
  sink,
  eventId: '1:abc',
  companyId: 108061,
  applicationId: 1234,
};

type Spoiling = Partial<ChallengeRequestOptions>;

function eventToken(spoiling: Spoiling = {}): string {
  const event = { id: '1:abc', type: 'entities.clients.create', companyId: 108061, ids: [1] };
  const { headers } = signNotification(event, { privateKey, sink, issuedAt: new Date(sentAt), ...spoiling });
  return headers['Authorization']?.slice('Bearer '.length) ?? '';
}

function explain(token: string, about: Partial<SentToken['delivery']> = {}): TokenView {
  return explainToken({ token, delivery: { ...delivery, ...about }, publicKey, sentAt });
}

/** The checks that failed, with their reasons. */
function failures({ checks }: TokenView): Record<string, string> {
  return Object.fromEntries(checks.filter(({ ok }) => !ok).map(({ name, why }) => [name, why]));
}

describe('a good token', () => {
  it('passes every check, and is shown as it is', () => {
    const view = explain(eventToken());
    expect(view.header).toEqual({ typ: 'JWT', alg: 'ES256' });
    expect(view.payload).toEqual({
      iss: 'https://api-v2.fattureincloud.it',
      aud: [sink],
      sub: 'company:108061',
      jti: '1:abc',
      iat: Math.floor(sentAt / 1000),
      exp: Math.floor(sentAt / 1000) + 10_800,
      aid: 1234,
    });
    expect(view.checks.map(({ name }) => name)).toEqual(names);
    expect(failures(view)).toEqual({});
    const why = Object.fromEntries(view.checks.map((check) => [check.name, check.why]));
    expect(why).toMatchObject({
      signature: 'Signed with the key of this emulator.',
      iat: 'Issued at the moment it was sent.',
      exp: 'Valid for 3 hours after it was sent.',
    });
    expect(view.checks.find(({ name }) => name === 'exp')?.value).toBe('2026-03-04T13:00:00.000Z');
  });

  it('of a verification is tied to no event, and may leave the application out', () => {
    for (const claims of [{}, { aid: undefined }]) {
      const { headers } = challengeRequest({ privateKey, sink, issuedAt: new Date(sentAt), claims });
      const token = headers['Authorization']?.slice('Bearer '.length) ?? '';
      expect(failures(explain(token, { kind: 'verification' }))).toEqual({});
    }
    expect(failures(explain(eventToken(), { kind: 'verification' }))).toEqual({
      sub: 'It ties a verification to an event.',
      jti: 'It ties a verification to an event.',
    });
  });

  it('may name its audience as a text, or name several', () => {
    for (const aud of [sink, ['https://example.com/other', sink]]) {
      expect(failures(explain(eventToken({ claims: { aud } })))).toEqual({});
    }
  });
});

describe('a bad token', () => {
  const spoiled: readonly (readonly [Spoiling, Record<string, string>])[] = [
    [
      { signWith: createTestKeyPair().privateKey },
      { signature: 'Signed with another key, or changed after it was signed.' },
    ],
    [{ issuedAt: new Date(sentAt - 4 * 3_600_000) }, { exp: 'Expired 1 hour before it was sent.' }],
    [{ expiresIn: 0 }, { exp: 'Expired 250 ms before it was sent.' }],
    [{ issuedAt: new Date(sentAt + 300_000) }, { iat: 'Issued 5 minutes after it was sent.' }],
    [{ tokenHeader: { alg: 'HS256' } }, { alg: 'It is not the only algorithm.' }],
    [{ tokenHeader: { alg: undefined } }, { alg: 'It is missing.' }],
    [{ claims: { iss: 'https://evil.example' } }, { iss: 'It is not Fatture in Cloud.' }],
    [{ sink: `${sink}/` }, { aud: 'It does not name this sink: the token was made for another receiver.' }],
    [{ claims: { aud: undefined } }, { aud: 'It is missing.' }],
    [{ claims: { sub: 'company:1' } }, { sub: 'It is not the subject of the event.' }],
    [{ claims: { jti: undefined } }, { jti: 'It is missing.' }],
    [{ claims: { aid: 1 } }, { aid: 'It is another application.' }],
    [{ claims: { aid: undefined } }, { aid: 'It is missing.' }],
    [{ claims: { iat: undefined } }, { iat: 'It is missing.' }],
    [{ claims: { exp: '2030' } }, { exp: 'It is no number of seconds since 1970.' }],
    [{ claims: { exp: 1e300 } }, { exp: 'It is no number of seconds since 1970.' }],
  ];
  it.each(spoiled)('%j fails for just that reason', (spoiling, expected) => {
    expect(failures(explain(eventToken(spoiling)))).toEqual(expected);
  });

  it('is judged as of the moment it was sent, not as of now', () => {
    const long = { token: eventToken(), delivery, publicKey };
    expect(failures(explainToken({ ...long, sentAt: sentAt + 3 * 3_600_000 }))).toHaveProperty('exp');
    expect(failures(explainToken({ ...long, sentAt: sentAt + 3_600_000 }))).toEqual({});
  });

  it.each(['', '.', '..', '...', 'a.b.c', 'e30.e30.', 'bnVsbA.W10.AA', '💥.💥.💥'])(
    '%j is explained',
    (token) => {
      const view = explain(token);
      expect(view.checks.map(({ name }) => name)).toEqual(names);
      expect(view.checks[0]?.ok).toBe(false);
    },
  );

  it('with a signature that is not written the one right way is refused, as receivers do', () => {
    const good = eventToken();
    // The last of 86 characters holds two bits of the 64 bytes: its successor stands for the same bytes.
    const successor = good.slice(0, -1) + String.fromCharCode(good.charCodeAt(good.length - 1) + 1);
    for (const token of [successor, `${good}=`, `${good}A`]) {
      expect(failures(explain(token))).toEqual({
        signature: 'It is not 64 bytes in base64url, as ES256 has it.',
      });
    }
  });

  it('is explained even when it is nested too deeply to be shown', () => {
    const deep = Buffer.from(`{"iss":${'['.repeat(50_000)}${']'.repeat(50_000)}}`).toString('base64url');
    const view = explain(`${deep}.${deep}.${'A'.repeat(86)}`);
    expect(view.checks).toHaveLength(9);
    expect(() => JSON.stringify(view)).not.toThrow();
  });

  it(`never throws, and never trusts a changed token (seed ${seed})`, () => {
    const good = eventToken();
    const part = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.json().map((text) => Buffer.from(text).toString('base64url')),
    );
    const changed = fc
      .tuple(fc.nat(good.length - 1), fc.constantFrom(...'AZaz09-_.=é'))
      .map(([index, character]) => good.slice(0, index) + character + good.slice(index + 1));
    fc.assert(
      fc.property(
        fc.oneof(
          changed,
          fc.string(),
          fc.tuple(part, part, part).map((parts) => parts.join('.')),
        ),
        (token) => {
          const view = explain(token);
          expect(view.checks.map(({ name }) => name)).toEqual(names);
          for (const { value, why } of view.checks) {
            expect(value === null || typeof value === 'string').toBe(true);
            expect(why).toMatch(/\.$/);
          }
          if (token !== good) expect(view.checks[0]?.ok).toBe(false);
        },
      ),
      { seed, numRuns: 1_000 },
    );
  });
});

describe('the tokens that the emulator sends', () => {
  let fic: Emulator;
  let receiver: TestSink;

  beforeAll(async () => {
    receiver = await startSink();
    fic = await startEmulator();
    await fic.subscribe({
      sink: receiver.url,
      types: ['entities.clients.create'],
      verificationMethod: 'query',
    });
  });

  afterAll(async () => {
    await fic.close();
    await receiver.close();
  });

  async function read(id: number | undefined): Promise<TokenView> {
    const { json } = await call(fic.url, { path: `/_emulator/deliveries/${id}` });
    const { token } = (json as DeliveryView).history[0] ?? {};
    if (token === undefined || token === null) throw new Error(`Delivery ${id} carries no token.`);
    return token;
  }

  it.each<[FaultName[], Record<string, string>]>([
    [[], {}],
    [['wrong-signature'], { signature: 'Signed with another key, or changed after it was signed.' }],
    [['expired-token'], { exp: 'Expired 1 hour before it was sent.' }],
  ])('with the faults %j', async (faults, expected) => {
    const { deliveries } = fic.emit({ companyId: 108061, type: 'entities.clients.create', faults });
    await fic.settled();
    expect(failures(await read(deliveries[0]?.id))).toEqual(expected);
  });

  it('of verifications', async () => {
    const verification = fic.deliveries().find(({ kind }) => kind === 'verification');
    const view = await read(verification?.id);
    expect(failures(view)).toEqual({});
    expect(view.payload).not.toHaveProperty('jti');
  });
});
