import type { Outcome } from '../receiver/outcomes.js';
import type { TokenClaims } from './claims.js';

/** What the claims are compared with. */
export interface ClaimRules {
  readonly sinks: readonly string[];
  readonly applicationIds: readonly number[] | 'any';
  /** Milliseconds. */
  readonly clockTolerance: number;
}

/** What a token came with: a verification request has nothing to bind it to. */
export type TokenKind = 'challenge' | 'event';

/** The issuer of every token, and the source of every event. */
export const ficIssuer = 'https://api-v2.fattureincloud.it';

/** A genuine token older than this is no late notification any more, but a replay. */
const staleAfter = 24 * 60 * 60 * 1000;

type Payload = Readonly<Record<string, unknown>>;

/**
 * Checks the claims of a token whose signature is genuine (RFC 7519 section 4.1, and the profile of Fatture in Cloud).
 *
 * @param payload - The claims as parsed; undefined when they are not a JSON object.
 * @param kind - A verification request has nothing to bind `jti` and `sub` to, and perhaps no `aid`.
 * @param now - Milliseconds since the epoch.
 */
export function checkClaims(
  payload: Payload | undefined,
  kind: TokenKind,
  rules: ClaimRules,
  now: number,
): TokenClaims | Outcome {
  if (payload === undefined) return odd('The claims are not a JSON object.');
  const { exp, iat, nbf, iss, aud, sub, jti, aid } = payload;
  // Dates of tokens are mostly whole seconds, so "not yet" counts whole seconds too.
  const latestStart = Math.floor(now / 1000) * 1000 + rules.clockTolerance;
  if (!isSeconds(exp)) return odd(missing('exp', exp));
  const expiresAt = exp * 1000;
  if (now > expiresAt + staleAfter)
    return { code: 'token-stale', detail: `Expired at ${toTime(expiresAt)}.` };
  if (iss !== ficIssuer) {
    return typeof iss === 'string'
      ? { code: 'token-issuer', detail: `iss is ${iss}.` }
      : odd(missing('iss', iss));
  }
  if (!isAudience(aud)) return odd(missing('aud', aud));
  if (!namesSink(aud, rules)) {
    return {
      code: 'token-audience',
      detail: `aud is ${JSON.stringify(aud)}, sink is ${JSON.stringify(rules.sinks)}.`,
    };
  }
  if (now >= expiresAt + rules.clockTolerance) {
    return { code: 'token-expired', detail: `Expired at ${toTime(expiresAt)}, it is ${toTime(now)}.` };
  }
  if (kind === 'event' || iat !== undefined) {
    if (!isSeconds(iat)) return odd(missing('iat', iat));
    if (iat * 1000 > latestStart) {
      return { code: 'token-early', detail: `Issued at ${toTime(iat * 1000)}, it is ${toTime(now)}.` };
    }
  }
  if (nbf !== undefined) {
    if (!isSeconds(nbf)) return odd(missing('nbf', nbf));
    if (nbf * 1000 > latestStart) {
      return { code: 'token-early', detail: `Valid from ${toTime(nbf * 1000)}, it is ${toTime(now)}.` };
    }
  }
  if (kind === 'event' || aid !== undefined) {
    if (!Number.isSafeInteger(aid)) return odd(missing('aid', aid));
    if (!namesApplication(aid, rules)) {
      return {
        code: 'token-application',
        detail: `aid is ${String(aid)}, applicationId is ${String(rules.applicationIds)}.`,
      };
    }
  }
  const sent = kind === 'event';
  if (sent && !isText(sub)) return odd(missing('sub', sub));
  if (sent && !isText(jti)) return odd(missing('jti', jti));
  return {
    issuer: iss,
    subject: isText(sub) ? sub : undefined,
    tokenId: isText(jti) ? jti : undefined,
    applicationId: typeof aid === 'number' ? aid : undefined,
    expiresAt,
  };
}

/**
 * True when unverified claims name this receiver, so that the token may be genuine and signed with a key that is
 * not known yet.
 */
export function namesReceiver(payload: Payload | undefined, rules: ClaimRules, now: number): boolean {
  if (payload === undefined) return false;
  const { exp, iss, aud, aid } = payload;
  return (
    iss === ficIssuer &&
    isSeconds(exp) &&
    now < exp * 1000 + rules.clockTolerance &&
    isAudience(aud) &&
    namesSink(aud, rules) &&
    (aid === undefined || namesApplication(aid, rules))
  );
}

function namesSink(audience: string | readonly unknown[], { sinks }: ClaimRules): boolean {
  return typeof audience === 'string'
    ? sinks.includes(audience)
    : sinks.some((sink) => audience.includes(sink));
}

function namesApplication(aid: unknown, { applicationIds }: ClaimRules): boolean {
  return typeof aid === 'number' && (applicationIds === 'any' || applicationIds.includes(aid));
}

/** A string, or a list of strings: RFC 7519 section 4.1.3. Fatture in Cloud sends a list. */
function isAudience(value: unknown): value is string | readonly string[] {
  return isText(value) || (Array.isArray(value) && value.length > 0 && value.every(isText));
}

/** A NumericDate that a Date can hold. */
function isSeconds(value: unknown): value is number {
  return typeof value === 'number' && Math.abs(value) < 8.64e12;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function missing(claim: string, value: unknown): string {
  return value === undefined ? `${claim} is missing.` : `${claim} has another form than expected.`;
}

function odd(detail: string): Outcome {
  return { code: 'token-claims', detail };
}

function toTime(milliseconds: number): string {
  return new Date(milliseconds).toISOString();
}
