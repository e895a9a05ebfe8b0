import { platform } from '#platform';
import type { Outcome } from '../receiver/outcomes.js';
import { messageOf } from '../receiver/reporter.js';
import type { TokenClaims } from './claims.js';
import { type ClaimRules, checkClaims, namesReceiver, type TokenKind } from './check-claims.js';
import { type ParsedToken, parseJsonObject, parseToken } from './parse-token.js';
import type { KeyRing } from './public-keys.js';

/** More than this many signatures waiting to be checked is a flood. */
const maximumWaiting = 256;

/** Decides whether a token is genuine and meant for this receiver. */
export class TokenVerifier {
  readonly #keys: KeyRing;
  readonly #rules: ClaimRules;
  #waiting = 0;

  constructor(keys: KeyRing, rules: ClaimRules) {
    this.#keys = keys;
    this.#rules = rules;
  }

  /**
   * Verifies one token.
   *
   * @param idle - True when nothing else is being handled: then the signature is checked in place, which has half the
   * latency of the thread pool. Otherwise the pool does it, and the main thread stays free.
   */
  async verify(token: string, kind: TokenKind, idle: boolean): Promise<TokenClaims | Outcome> {
    const parsed = parseToken(token);
    if (typeof parsed === 'string') return { code: 'token-malformed', detail: parsed };
    if (this.#waiting >= maximumWaiting) return { code: 'overloaded' };
    this.#waiting++;
    try {
      const current = this.#keys.current();
      for (const key of current instanceof Promise ? await current : current) {
        const genuine = platform.verifyEs256(key, parsed.signingInput, parsed.signature, idle);
        if (typeof genuine === 'boolean' ? genuine : await genuine) return this.#checkClaims(parsed, kind);
      }
      return await this.#refuse(parsed, kind);
    } catch (error) {
      return { code: 'keys-unavailable', detail: messageOf(error) };
    } finally {
      this.#waiting--;
    }
  }

  /** No key verifies the token. It may be a forgery, or the first token that is signed with a new key. */
  async #refuse(parsed: ParsedToken, kind: TokenKind): Promise<TokenClaims | Outcome> {
    if (!namesReceiver(parseJsonObject(parsed.payload), this.#rules, Date.now())) return { code: 'token-untrusted' };
    for (const key of (await this.#keys.renew()) ?? []) {
      if (await platform.verifyEs256(key, parsed.signingInput, parsed.signature, false)) {
        return this.#checkClaims(parsed, kind);
      }
    }
    return { code: 'signing-key-unknown' };
  }

  #checkClaims({ payload }: ParsedToken, kind: TokenKind): TokenClaims | Outcome {
    return checkClaims(parseJsonObject(payload), kind, this.#rules, Date.now());
  }
}
