import { platform } from '#platform';
import { InvalidOptionError } from '../errors/invalid-option-error.js';
import { describeOutcome, isOutcome, type Outcome, type OutcomeCode } from '../receiver/outcomes.js';
import { type ClaimRules, checkClaims, ficIssuer, type TokenKind } from './check-claims.js';
import { parseJsonObject, parseToken } from './parse-token.js';
import { KeyRing, type PublicKeys } from './public-keys.js';
import { TokenVerifier } from './token-verifier.js';

/** What a token is compared with. */
export interface InspectTokenOptions {
  /** The sink or sinks of the receiver, to the letter. Left out: `aud` is not compared. */
  sink?: string | readonly string[];
  /** The FIC application id or ids. Left out: `aid` is not compared. */
  applicationId?: number | readonly number[];
  /** The keys to trust. Default the key that Fatture in Cloud publishes. */
  publicKeys?: PublicKeys;
  /** Milliseconds by which two clocks may differ. Default 60,000. */
  clockTolerance?: number;
}

/** What is looked at in a token: its form, its signature, and each claim by its name. */
export type TokenPart = 'form' | 'signature' | 'iss' | 'aud' | 'aid' | 'sub' | 'jti' | 'iat' | 'nbf' | 'exp';

/** One part of a token, judged by itself. */
export interface TokenCheck {
  readonly part: TokenPart;
  /** `unchecked`: there was nothing to compare it with. */
  readonly result: 'right' | 'wrong' | 'unchecked';
  /** A claim as the token has it. Absent where it has none, and for the form and the signature. */
  readonly value?: unknown;
  /** What is wrong, or why it could not be checked, in a few words. Foreign text may stand in it. */
  readonly detail?: string;
}

/** The answer of a receiver to a token that it does not accept. */
export interface TokenRefusal {
  readonly code: OutcomeCode;
  readonly status: number;
  readonly title: string;
  readonly cause: string;
  readonly cure: string;
}

/** What is right and wrong with a token. */
export interface TokenInspection {
  /** `challenge`: it says neither `sub` nor `jti`, as the token of a verification request. Else `event`. */
  readonly kind: 'event' | 'challenge';
  /** The JWS header. Absent when it cannot be read. */
  readonly header?: Readonly<Record<string, unknown>>;
  /** The claims, genuine or not. Absent when they cannot be read. */
  readonly claims?: Readonly<Record<string, unknown>>;
  /** The form and the signature first, then the claims. No claims when they cannot be read. */
  readonly checks: readonly TokenCheck[];
  /** Absent when a receiver with these options accepts the token. What was not compared counts as right. */
  readonly refusal?: TokenRefusal;
}

type Claims = Readonly<Record<string, unknown>>;

const claimNames = ['iss', 'aud', 'aid', 'sub', 'jti', 'iat', 'nbf', 'exp'] as const;

/**
 * Says of each part of a token whether a receiver would accept it: for tools and for the search of faults, not for
 * requests. The receiver's own checks are asked, so the two cannot differ.
 *
 * @param token - Without `Bearer`.
 * @throws InvalidOptionError `public-keys-invalid` for a key that cannot be used, `option-invalid` for an empty list.
 *
 * @example
 * ```ts
 * import { inspectToken } from '@fic-webhooks/core/token';
 *
 * const { checks, refusal } = await inspectToken(token, { sink: 'https://example.com/webhooks/fic' });
 * checks.find(({ part }) => part === 'aud')?.result; // 'wrong'
 * refusal?.code; // 'token-audience'
 * ```
 */
export async function inspectToken(
  token: string,
  options: InspectTokenOptions = {},
): Promise<TokenInspection> {
  const [header, claims] = token.split('.', 2).map(readPart);
  const kind =
    claims !== undefined && claims['sub'] === undefined && claims['jti'] === undefined
      ? 'challenge'
      : 'event';
  const rules = makeRules(options, claims);
  const keys = new KeyRing(options.publicKeys);
  const verdict = await new TokenVerifier(keys, rules).verify(token, kind);
  const outcome = isOutcome(verdict) ? verdict : undefined;
  if (outcome?.code === 'keys-unavailable') await keys.current();
  return {
    kind,
    ...(header !== undefined && { header }),
    ...(claims !== undefined && { claims }),
    checks: [
      checkForm(token),
      checkSignature(outcome),
      ...(claims === undefined ? [] : judgeClaims({ claims, kind, rules, options })),
    ],
    ...(outcome !== undefined && { refusal: describeRefusal(outcome.code) }),
  };
}

function readPart(text: string): Claims | undefined {
  const bytes = platform.decodeBase64Url(text);
  return bytes === undefined ? undefined : parseJsonObject(bytes);
}

/** Stands for the sink of the receiver where none was given. */
const someSink = 'https://example.com/';

/** What was not given is taken from the token, so that it is no reason to refuse it. */
function makeRules(
  { sink, applicationId, clockTolerance = 60_000 }: InspectTokenOptions,
  claims: Claims | undefined,
): ClaimRules {
  return {
    sinks: sink === undefined ? [...toList(claims?.['aud']).map(String), someSink] : readList('sink', sink),
    applicationIds: applicationId === undefined ? 'any' : readList('applicationId', applicationId),
    clockTolerance,
  };
}

function readList<Value>(option: string, value: Value | readonly Value[]): readonly Value[] {
  const list = toList(value) as readonly Value[];
  if (list.length > 0) return list;
  throw new InvalidOptionError(
    'option-invalid',
    option,
    `${option} is an empty list, so no token could fit. Leave it out to compare nothing.`,
  );
}

function toList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [value];
}

function checkForm(token: string): TokenCheck {
  const parsed = parseToken(token);
  return typeof parsed === 'string'
    ? { part: 'form', result: 'wrong', detail: parsed }
    : { part: 'form', result: 'right' };
}

function checkSignature(outcome: Outcome | undefined): TokenCheck {
  const part = 'signature';
  if (outcome?.code === 'token-malformed') {
    return {
      part,
      result: 'unchecked',
      detail: 'There is no signature to check in a token of another form.',
    };
  }
  return outcome?.code === 'token-untrusted' || outcome?.code === 'signing-key-unknown'
    ? {
        part,
        result: 'wrong',
        detail: 'It was made with another key, or the token was changed after it was signed.',
      }
    : { part, result: 'right' };
}

interface ClaimsToJudge {
  readonly claims: Claims;
  readonly kind: TokenKind;
  readonly rules: ClaimRules;
  readonly options: InspectTokenOptions;
}

/** Judges each claim alone, among others that are right: so the one check of the receiver does for all. */
function judgeClaims({ claims, kind, rules, options }: ClaimsToJudge): TokenCheck[] {
  const now = Date.now();
  const right = makeRightClaims(rules, now);
  return claimNames
    .filter((part) => part !== 'nbf' || claims[part] !== undefined)
    .map((part) => {
      const value = claims[part];
      const verdict = checkClaims({ ...right, [part]: value }, kind, rules, now);
      const known = { part, ...(value !== undefined && { value }) };
      if (isOutcome(verdict)) return { ...known, result: 'wrong', detail: verdict.detail ?? '' };
      const option = ({ aud: 'sink', aid: 'applicationId' } as const)[part as 'aud' | 'aid'];
      if (option !== undefined && options[option] === undefined && value !== undefined)
        return { ...known, result: 'unchecked', detail: `No ${option} was given to compare it with.` };
      return { ...known, result: 'right' };
    });
}

function makeRightClaims({ sinks, applicationIds }: ClaimRules, now: number): Claims {
  const seconds = Math.floor(now / 1000);
  return {
    iss: ficIssuer,
    aud: sinks.slice(-1),
    aid: applicationIds === 'any' ? 1 : applicationIds[0],
    sub: 'company:1',
    jti: '1',
    iat: seconds,
    exp: seconds + 3600,
  };
}

function describeRefusal(code: OutcomeCode): TokenRefusal {
  const { status, title = '', cause = '', cure = '' } = describeOutcome(code);
  return { code, status, title, cause, cure };
}
