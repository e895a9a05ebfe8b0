import type { TokenCheck, TokenInspection, TokenPart } from '@fic-webhooks/core/token';

/** What else than the check is known. */
export interface Circumstances {
  readonly kind: TokenInspection['kind'];
  /** False: the key that Fatture in Cloud publishes was used. */
  readonly hasOwnKey: boolean;
}

const meanings: Readonly<Record<TokenPart, string>> = {
  form: 'A well-formed ES256 token.',
  signature: 'Made with the key, and unchanged since.',
  iss: 'Fatture in Cloud.',
  aud: 'Names the sink, to the letter.',
  aid: 'The application of the subscription.',
  sub: 'The company whose data changed.',
  jti: "The event's id.",
  iat: 'When it was made.',
  nbf: 'When it begins to be valid.',
  exp: 'When it ends to be valid.',
};

const cures: Partial<Readonly<Record<TokenPart, string>>> = {
  aud: 'Give --sink to compare it.',
  aid: 'Give --application-id to compare it.',
};

/** Says what a check has found, in one or two sentences. Foreign text stands in it. */
export function describeCheck(
  { part, result, value, detail = '' }: TokenCheck,
  { kind, hasOwnKey }: Circumstances,
): string {
  if (result === 'unchecked') return join(show(part, value), cures[part] ?? detail);
  if (part === 'signature') return describeSignature(result, hasOwnKey, detail);
  if (result === 'wrong') return detail;
  if (value === undefined && part !== 'form') {
    return `Absent, as it may be ${kind === 'challenge' ? 'in the token of a verification request' : 'here'}.`;
  }
  return join(show(part, value), meanings[part]);
}

function describeSignature(result: 'right' | 'wrong', hasOwnKey: boolean, detail: string): string {
  const key = hasOwnKey ? 'the key given with --public-key' : 'the key that Fatture in Cloud publishes';
  return result === 'right' ? `Made with ${key}.` : `It does not fit ${key}. ${detail}`;
}

function show(part: TokenPart, value: unknown): string {
  if (value === undefined) return '';
  if (part === 'iat' || part === 'nbf' || part === 'exp') return showTime(Number(value));
  return `${typeof value === 'string' ? value : JSON.stringify(value)}.`;
}

function showTime(seconds: number): string {
  const distance = Math.round(seconds - Date.now() / 1000);
  const span = formatSpan(Math.abs(distance));
  return `${new Date(seconds * 1000).toISOString()}, ${distance < 0 ? `${span} ago` : `in ${span}`}.`;
}

function formatSpan(seconds: number): string {
  if (seconds < 120) return `${seconds} s`;
  if (seconds < 7_200) return `${Math.round(seconds / 60)} min`;
  return seconds < 172_800 ? `${Math.round(seconds / 3_600)} h` : `${Math.round(seconds / 86_400)} days`;
}

function join(...parts: readonly string[]): string {
  return parts.filter((part) => part !== '').join(' ');
}
