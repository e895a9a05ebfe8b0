/**
 * Headers in any of the forms that frameworks hand out. Pairs are the best, or names and values in turn as in
 * `rawHeaders` of Node.js: they show what was repeated.
 */
export type HeadersInput =
  | Iterable<readonly [string, string]>
  | readonly string[]
  | FetchHeaders
  | Readonly<Record<string, string | readonly string[] | undefined>>;

/** The part of the Fetch API's `Headers` that is needed here. */
export interface FetchHeaders {
  entries(): Iterable<[string, string]>;
}

/** The headers of one message under their lower-case names. */
export interface CollectedHeaders {
  /** Lower-case name to value; the first value wins. Inherits nothing, so any name is safe to look up. */
  readonly values: Readonly<Record<string, string | undefined>>;
  /** Lower-case names seen more than once, undefined when there are none. */
  readonly repeated: readonly string[] | undefined;
  /** Lower-case names beginning with `ce-`, each once, in the order they came. */
  readonly cloudEventNames: readonly string[];
}

/**
 * Names that nearly every notification carries, lower-case. Looking a name up here gives the engine's own copy of
 * the string as the key, which is three times faster than lower-casing and interning a fresh one.
 */
const knownNames = new Map<string, string>();
for (const name of [
  'host',
  'user-agent',
  'authorization',
  'connection',
  'content-type',
  'content-length',
  'ce-specversion',
  'ce-id',
  'ce-type',
  'ce-source',
  'ce-subject',
  'ce-time',
]) {
  knownNames.set(name, name);
  knownNames.set(
    name.replace(/\b[a-z]/g, (letter) => letter.toUpperCase()),
    name,
  );
}

/**
 * An object without anything inherited. `Object.create(null)` would do, but the engine keeps such an object as a
 * hash table from the start, which costs twice the time to fill.
 */
const BareRecord = function BareRecord() {} as unknown as new () => Record<string, string | undefined>;
BareRecord.prototype = Object.create(null);

class HeaderCollector implements CollectedHeaders {
  readonly values = new BareRecord();
  readonly cloudEventNames: string[] = [];
  repeated: string[] | undefined = undefined;

  add(rawName: unknown, value: unknown): void {
    if (typeof rawName !== 'string') return;
    if (Array.isArray(value)) {
      // Node's object form and some frameworks hold the values of a repeated header in a list.
      for (const one of value) if (typeof one === 'string') this.add(rawName, one);
    } else if (typeof value === 'string') {
      const name = knownNames.get(rawName) ?? rawName.toLowerCase();
      if (this.values[name] === undefined) {
        this.values[name] = value;
        if (name.startsWith('ce-')) this.cloudEventNames.push(name);
      } else {
        this.repeated ??= [];
        if (!this.repeated.includes(name)) this.repeated.push(name);
      }
    }
  }
}

/**
 * Gathers headers from any of the usual forms in one pass.
 *
 * Header names are case-insensitive (RFC 9110 section 5.1), so all come out in lower case. Whatever is not a
 * string is passed over: this never throws on odd values, only when the iterable given throws itself.
 *
 * @param headers - Name and value pairs, names and values in turn, a `Headers`, a `Map`, or Node's header object.
 *
 * @example
 * ```ts
 * const { values, repeated } = collectHeaders([['CE-Id', '1'], ['ce-id', '2']]);
 * values['ce-id']; // '1'
 * repeated; // ['ce-id']
 * ```
 */
export function collectHeaders(headers: HeadersInput): CollectedHeaders {
  const collector = new HeaderCollector();
  if (isRaw(headers)) {
    for (let index = 1; index < headers.length; index += 2) collector.add(headers[index - 1], headers[index]);
    return collector;
  }
  for (const pair of toPairs(headers)) if (Array.isArray(pair)) collector.add(pair[0], pair[1]);
  return collector;
}

function isRaw(headers: HeadersInput): headers is readonly string[] {
  return Array.isArray(headers) && typeof headers[0] === 'string';
}

function toPairs(input: unknown): Iterable<unknown> {
  if (typeof input !== 'object' || input === null) return [];
  const { [Symbol.iterator]: iterator, entries } = input as Partial<Iterable<unknown> & FetchHeaders>;
  if (typeof iterator === 'function') return input as Iterable<unknown>;
  // In Node's object form both could only be strings.
  return typeof entries === 'function' ? entries.call(input) : Object.entries(input);
}
