import { trimWhitespace } from './trim-whitespace.js';

/** A media type, taken apart. */
export interface MediaType {
  /** Type and subtype in lower case, such as `application/json`. */
  readonly essence: string;
  /** Parameters by their lower-case names; the first of a name wins. Inherits nothing. */
  readonly parameters: Readonly<Record<string, string | undefined>>;
}

const token = "[!#$%&'*+\\-.^_`|~\\w]+";
/** Name, value, or value between quotes. */
const parameter = `[ \\t]*(${token})=(?:(${token})|"((?:[^"\\\\]|\\\\.)*)")`;
const mediaType = new RegExp(`^${token}/${token}(?:[ \\t]*;(?:${parameter})?)*$`);
const parameters = new RegExp(`;${parameter}`, 'g');
const notPrintable = /[^\t\x20-\x7e]/;

/** An event need not be larger as a whole; and a regular expression has a stack of its own, which has an end. */
const maxLength = 65_536;

/**
 * Takes a media type apart, in linear time.
 *
 * @returns undefined when the text is not a media type of RFC 2046, or longer than 65,536 characters. Empty
 * parameters, as in `text/plain;`, are tolerated as in RFC 9110.
 * @see {@link https://www.rfc-editor.org/rfc/rfc9110#section-8.3.1 | RFC 9110 section 8.3.1}
 *
 * @example
 * ```ts
 * const type = parseMediaType('Text/Plain; Charset="UTF-8"');
 * type?.essence; // 'text/plain'
 * type?.parameters['charset']; // 'UTF-8'
 * ```
 */
export function parseMediaType(text: string): MediaType | undefined {
  if (text.length > maxLength || notPrintable.test(text) || !mediaType.test(text)) return undefined;
  const found: Record<string, string | undefined> = Object.create(null);
  for (const [, name = '', value, quoted = ''] of text.matchAll(parameters)) {
    found[name.toLowerCase()] ??= value ?? quoted.replace(/\\(.)/g, '$1');
  }
  return { essence: mediaTypeEssence(text), parameters: found };
}

/**
 * What precedes the parameters, in lower case and without outer whitespace, whether it is a valid media type or
 * not.
 *
 * @example
 * ```ts
 * mediaTypeEssence('Application/CloudEvents+JSON; charset=utf-8'); // 'application/cloudevents+json'
 * ```
 */
export function mediaTypeEssence(text: string): string {
  return trimWhitespace(text.split(';', 1)[0] ?? '').toLowerCase();
}

/**
 * Whether a media type declares JSON: the subtype is `json` or ends with `+json`, in any case, with or without
 * parameters.
 *
 * @see {@link https://github.com/cloudevents/spec/blob/v1.0.2/cloudevents/formats/json-format.md#31-handling-of-data | JSON Event Format, section 3.1}
 *
 * @example
 * ```ts
 * isJsonMediaType('Application/Vnd.Acme.v2+JSON; a=b'); // true
 * isJsonMediaType('application/json-seq'); // false
 * ```
 */
export function isJsonMediaType(text: string): boolean {
  return text === 'application/json' || /[/+]json$/.test(mediaTypeEssence(text));
}
