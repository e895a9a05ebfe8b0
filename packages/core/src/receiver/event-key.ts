import { platform } from '#platform';
import type { TokenClaims } from '../token/claims.js';

/** Milliseconds that an event is remembered at least: longer than the sender goes on retrying. */
const minimumRetention = 24 * 60 * 60 * 1000;

/** The key of an event: SHA-256 in hex. Both parts are signed, so no sender can choose the key of another event. */
export function eventKey({ issuer, tokenId }: TokenClaims): string | Promise<string> {
  return platform.sha256(`${issuer}\n${tokenId}`);
}

/** Short contents stand for themselves; a bulk import of thousands of ids is hashed. */
export function fingerprintOf(content: string): string | Promise<string> {
  return content.length <= 256 ? content : platform.sha256(content);
}

/** How long an event is to be remembered, in milliseconds: never less than its token lives. */
export function retentionOf({ expiresAt }: TokenClaims, receivedAt: number): number {
  return Math.max(minimumRetention, expiresAt - receivedAt);
}
