type Json = Readonly<Record<string, unknown>>;

/** A token taken apart, as far as that goes. */
export interface DecodedToken {
  /** Null when it is no JSON object in base64url. */
  readonly header: Json | null;
  /** Null when it is no JSON object in base64url. */
  readonly payload: Json | null;
  /** The third part, as text. */
  readonly signature: string | null;
  /** What the signature is made of: the first two parts with the dot between them. */
  readonly signed: string;
}

/** Takes a token apart (JWS compact serialisation, RFC 7515 section 3.1). Never throws. */
export function decodeToken(token: string): DecodedToken {
  const [header = '', payload = '', signature = null, ...rest] = token.split('.');
  return {
    header: decodeObject(header),
    payload: decodeObject(payload),
    signature: rest.length > 0 ? null : signature,
    signed: `${header}.${payload}`,
  };
}

function decodeObject(part: string): Json | null {
  try {
    const value: unknown = JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
    // Written once on trial: what is nested too deeply to be shown counts as unreadable.
    return isObject(value) && JSON.stringify(value) !== '' ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
