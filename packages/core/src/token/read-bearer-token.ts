import type { CollectedHeaders } from '../http/collect-headers.js';
import type { Outcome } from '../receiver/outcomes.js';

const scheme = 'bearer ';

/**
 * The token of the one Authorization header, or why there is none. Its form is checked when it is taken apart.
 *
 * RFC 6750 section 2.1; the scheme compares without case (RFC 9110 section 11.1).
 */
export function readBearerToken(headers: CollectedHeaders): string | Outcome {
  const value = headers.values['authorization'];
  if (value === undefined) return { code: 'token-missing' };
  if (headers.repeated?.includes('authorization')) return { code: 'token-repeated' };
  const credentials = value.trim();
  if (credentials.slice(0, scheme.length).toLowerCase() === scheme)
    return credentials.slice(scheme.length).trimStart();
  return { code: 'token-missing', detail: 'The Authorization header has another scheme than Bearer.' };
}
