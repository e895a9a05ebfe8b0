import {
  acceptNotification,
  type ConformanceCase,
  type NotificationRecipe,
  refuseNotification,
  saveable,
  unauthorized,
} from '../conformance-case.js';

const hour = 60 * 60 * 1000;
const seconds = (offset: number) => Math.floor((Date.now() + offset) / 1000);

type Claims = Readonly<Record<string, unknown>>;
/** Claims that need to know the sink or the moment. */
const claims =
  (make: (probe: { sink: string; applicationId: number }) => Claims): NotificationRecipe =>
  (probe) =>
    probe.notify({}, { claims: make(probe) });
const refuseClaims = (name: string, code: string, recipe: NotificationRecipe) =>
  refuseNotification(name, saveable(code), recipe);
const refuseOdd = (name: string, value: Claims) => refuseClaims(name, 'token-claims', { claims: value });

/** The claims of genuine tokens: one key signs for every customer, so only they say that a token is meant for us. */
export const claimCases: readonly ConformanceCase[] = [
  refuseClaims('claims: aud is another sink', 'token-audience', {
    claims: { aud: ['https://example.org/other'] },
  }),
  refuseClaims('claims: aud is a list without this sink', 'token-audience', {
    claims: { aud: ['https://example.org/one', 'https://example.org/two'] },
  }),
  refuseClaims(
    'claims: aud is this sink with one character more',
    'token-audience',
    claims(({ sink }) => ({ aud: [`${sink}/`] })),
  ),
  refuseClaims(
    'claims: aud is the origin of this sink',
    'token-audience',
    claims(({ sink }) => ({ aud: [`${new URL(sink).origin}/-`] })),
  ),
  acceptNotification(
    'claims: aud is a list with this sink',
    claims(({ sink }) => ({ aud: ['https://example.org/one', sink] })),
  ),
  acceptNotification(
    'claims: aud is this sink as a text',
    claims(({ sink }) => ({ aud: sink })),
  ),
  refuseOdd('claims: aud missing', { aud: undefined }),
  refuseOdd('claims: aud is an empty list', { aud: [] }),
  refuseOdd('claims: aud is a number', { aud: 1 }),

  refuseClaims(
    'claims: aid is another application',
    'token-application',
    claims(({ applicationId }) => ({ aid: applicationId + 1 })),
  ),
  refuseOdd('claims: aid missing', { aid: undefined }),
  refuseClaims(
    'claims: aid is a text',
    'token-claims',
    claims(({ applicationId }) => ({ aid: String(applicationId) })),
  ),
  refuseOdd('claims: aid is null', { aid: null }),

  refuseClaims('claims: iss is another issuer', 'token-issuer', { claims: { iss: 'https://example.org' } }),
  refuseOdd('claims: iss missing', { iss: undefined }),
  refuseOdd('claims: iss is a number', { iss: 1 }),

  refuseOdd('claims: exp missing', { exp: undefined }),
  refuseClaims(
    'claims: exp is a text',
    'token-claims',
    claims(() => ({ exp: String(seconds(hour)) })),
  ),
  refuseClaims('claims: expired for an hour', 'token-expired', { expiresIn: -hour }),
  refuseNotification('claims: expired for 25 hours', unauthorized('token-stale'), { expiresIn: -25 * hour }),

  refuseOdd('claims: iat missing', { iat: undefined }),
  refuseClaims(
    'claims: iat is a text',
    'token-claims',
    claims(() => ({ iat: String(seconds(0)) })),
  ),
  refuseClaims(
    'claims: iat in an hour',
    'token-early',
    claims(() => ({ iat: seconds(hour) })),
  ),
  refuseClaims(
    'claims: nbf in an hour',
    'token-early',
    claims(() => ({ nbf: seconds(hour) })),
  ),
  acceptNotification(
    'claims: nbf an hour ago',
    claims(() => ({ nbf: seconds(-hour) })),
  ),
  refuseOdd('claims: nbf is a text', { nbf: 'now' }),

  refuseOdd('claims: jti missing', { jti: undefined }),
  refuseOdd('claims: jti is a number', { jti: 198 }),
  refuseOdd('claims: sub missing', { sub: undefined }),
  acceptNotification('claims: others that nobody knows', { claims: { scope: 'all', nested: { deep: [1] } } }),
];
