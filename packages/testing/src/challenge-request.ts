import { randomBytes } from 'node:crypto';
import { overrideHeaders } from './override-headers.js';
import { signToken, type TokenOptions } from './sign-token.js';

/** The name of the header and of the query parameter that carry the challenge. */
export const challengeName = 'x-fic-verification-challenge';

/** How to make a verification request, and how to spoil it. */
export interface ChallengeRequestOptions extends TokenOptions {
  /** The text to be echoed. Default 64 random hexadecimal digits. */
  challenge?: string;
  /** Where it stands. Default `header`. */
  method?: 'header' | 'query';
  /** HTTP headers to replace or to add, in any case. One that is `undefined` is left out. Applied last. */
  headers?: Readonly<Record<string, string | undefined>>;
}

/** A verification request, ready to be sent. */
export interface ChallengeRequest {
  readonly method: 'GET';
  readonly headers: Record<string, string>;
  /** Not encoded. Empty when the challenge is in the header. */
  readonly query: Record<string, string>;
  /** What the answer must hold: status 200 and `{"verification":"<challenge>"}`. */
  readonly challenge: string;
}

/**
 * Makes the request by which Fatture in Cloud verifies a sink. Its token has no `sub` and no `jti`, as there is no event.
 *
 * @throws InvalidOptionError `option-invalid` for a key that is not the PEM of a P-256 private key.
 *
 * @example
 * ```ts
 * const { method, headers, challenge } = challengeRequest({ privateKey, sink });
 * const response = await fetch('http://localhost:3000/webhooks/fic', { method, headers });
 * await response.json(); // { verification: challenge }
 * ```
 */
export function challengeRequest(options: ChallengeRequestOptions): ChallengeRequest {
  const { challenge = randomBytes(32).toString('hex'), method = 'header' } = options;
  const headers = {
    'User-Agent': 'FattureInCloud/API-WEBHOOK',
    Authorization: `Bearer ${signToken(options, {})}`,
    ...(method === 'header' && { [challengeName]: challenge }),
  };
  return {
    method: 'GET',
    headers: overrideHeaders(headers, options.headers),
    query: method === 'query' ? { [challengeName]: challenge } : {},
    challenge,
  };
}
