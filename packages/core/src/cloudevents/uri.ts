/** A character no URI can hold, or a percent sign without two hexadecimal digits. */
const forbidden = /[^\w\-.~:/?#[\]@!$&'()*+,;=%]|%(?![\da-f]{2})/i;
/** Scheme, authority and all the rest: RFC 3986 appendix B. */
const parts = /^(?:([^:/?#]*):)?(?:\/\/([^/?#]*))?(.*)$/;
const scheme = /^[a-z][a-z\d+\-.]*$/i;
/** Userinfo, then a registered name or an IP literal, then a port. */
const authority = /^(?:[^@[\]]*@)?(?:[^:@[\]]*|\[([^[\]]*)\])(?::\d*)?$/;
const futureAddress = /^v[\da-f]+\.[^/?#@%]+$/i;

/** A sender's source hardly ever changes: the one seen last is not looked at twice. */
let lastReference = '';

/**
 * Whether a text is a URI-reference: a URI, or a relative reference such as `/mycontext/sub`. ASCII only;
 * anything else must be percent-encoded. The empty text is one. Takes linear time.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-4.1 | RFC 3986 section 4.1}
 *
 * @example
 * ```ts
 * isUriReference('//example.com/a?b#c'); // true
 * isUriReference('/a b'); // false
 * ```
 */
export function isUriReference(text: string): boolean {
  if (text === lastReference) return true;
  if (!isReference(text, false)) return false;
  if (text.length <= 256) lastReference = text;
  return true;
}

/**
 * Whether a text is an absolute URI: with a scheme and without a fragment. Takes linear time.
 *
 * @see {@link https://www.rfc-editor.org/rfc/rfc3986#section-4.3 | RFC 3986 section 4.3}
 *
 * @example
 * ```ts
 * isAbsoluteUri('https://example.com/schema.json'); // true
 * isAbsoluteUri('schema.json'); // false
 * ```
 */
export function isAbsoluteUri(text: string): boolean {
  return isReference(text, true);
}

function isReference(text: string, absolute: boolean): boolean {
  if (forbidden.test(text)) return false;
  const [, schemeName, host = '', rest = ''] = parts.exec(text) ?? [];
  // A colon before the first slash makes a scheme: a relative reference cannot begin with `1a:b`.
  if (schemeName === undefined ? absolute : !scheme.test(schemeName)) return false;
  const match = authority.exec(host);
  const literal = match === null ? '' : match[1];
  const fragment = rest.indexOf('#');
  return (
    // The URL parser of the runtime knows the many forms of an IPv6 address.
    (literal === undefined || futureAddress.test(literal) || URL.canParse(`http://[${literal}]`)) &&
    !/[[\]]/.test(rest) &&
    (absolute ? fragment < 0 : fragment === rest.lastIndexOf('#'))
  );
}
