import { platform } from '#platform';
import { after, isPlain } from '../receiver/after.js';
import type { Outcome } from '../receiver/outcomes.js';
import { messageOf } from '../receiver/reporter.js';
import { type ClaimRules, checkClaims, namesReceiver, type TokenKind } from './check-claims.js';
import type { TokenClaims } from './claims.js';
import { type ParsedToken, parseJsonObject, parseToken } from './parse-token.js';
import type { ImportedKey, KeyRing } from './public-keys.js';

/** The claims of a genuine token that is meant for this receiver, or why there are none. */
type Verdict = TokenClaims | Outcome;

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
   * Verifies one token: at once, unless the keys or the signature have to be waited for.
   */
  verify(token: string, kind: TokenKind): Verdict | Promise<Verdict> {
    const parsed = parseToken(token);
    if (typeof parsed === 'string') return { code: 'token-malformed', detail: parsed };
    if (this.#waiting >= maximumWaiting) return { code: 'overloaded' };
    this.#waiting++;
    const done = (verdict: Verdict): Verdict => {
      this.#waiting--;
      return verdict;
    };
    const fail = (error: unknown) => done({ code: 'keys-unavailable', detail: messageOf(error) });
    try {
      const verdict = after(this.#keys.current(), (keys) =>
        after(isVerifiedByAny(keys, parsed), (genuine) =>
          genuine === true ? this.#checkClaims(parsed, kind) : this.#refuse(parsed, kind),
        ),
      );
      return isPlain(verdict) ? done(verdict) : verdict.then(done, fail);
    } catch (error) {
      return fail(error);
    }
  }

  /** No key verifies the token. It may be a forgery, or the first token that is signed with a new key. */
  #refuse(parsed: ParsedToken, kind: TokenKind): Verdict | Promise<Verdict> {
    if (!namesReceiver(parseJsonObject(parsed.payload), this.#rules, Date.now()))
      return { code: 'token-untrusted' };
    return after(this.#keys.renew(), (keys) =>
      after(isVerifiedByAny(keys ?? [], parsed), (genuine) =>
        genuine === true ? this.#checkClaims(parsed, kind) : { code: 'signing-key-unknown' },
      ),
    );
  }

  #checkClaims({ payload }: ParsedToken, kind: TokenKind): Verdict {
    return checkClaims(parseJsonObject(payload), kind, this.#rules, Date.now());
  }
}

/** Tries the keys one after another. */
function isVerifiedByAny(
  keys: readonly ImportedKey[],
  token: ParsedToken,
  index = 0,
): boolean | Promise<boolean> {
  const key = keys[index];
  if (key === undefined) return false;
  const genuine = platform.verifyEs256(key, token.signingInput, token.signature);
  if (index === keys.length - 1) return genuine;
  return after(genuine, (yes) => yes === true || isVerifiedByAny(keys, token, index + 1));
}
