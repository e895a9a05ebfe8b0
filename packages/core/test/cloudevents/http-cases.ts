import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import {
  type CloudEvent,
  type DecodeOptions,
  type DecodeResult,
  decodeCloudEvent,
} from '../../src/cloudevents/index.js';

/** What a case expects. `alt` is another outcome that a conforming receiver may choose. */
export interface Expectation {
  readonly outcome: 'accept' | 'reject';
  readonly mode?: string;
  readonly attributes?: Readonly<Record<string, unknown>>;
  readonly data?: unknown;
  readonly dataText?: string;
  readonly dataBase64?: string;
  readonly dataRaw?: string;
  readonly dataRawLength?: number;
  readonly dataAbsent?: boolean;
  readonly events?: readonly Expectation[];
  readonly reason?: string;
  readonly attribute?: string;
  readonly status?: readonly number[];
  readonly alt?: Expectation;
}

/** A request and what should come of it. Header strings are byte strings: one character for each byte. */
export interface HttpCase {
  readonly id: string;
  readonly name: string;
  readonly request: {
    readonly headers: readonly (readonly [string, string])[];
    readonly body?: string | null;
    readonly bodyBase64?: string;
    readonly bodyGen?: {
      readonly prefix?: string;
      readonly unit: string;
      readonly count: number;
      readonly suffix?: string;
    };
  };
  readonly config?: { readonly batch?: boolean };
  readonly expect: Expectation;
}

export function readFixture<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(`../fixtures/${name}`, import.meta.url), 'utf8')) as T;
}

export function runCase(one: HttpCase, strict: boolean): DecodeResult {
  const { headers, body, bodyBase64, bodyGen } = one.request;
  const text = bodyGen
    ? `${bodyGen.prefix ?? ''}${bodyGen.unit.repeat(bodyGen.count)}${bodyGen.suffix ?? ''}`
    : (body ?? '');
  const bytes = bodyBase64 === undefined ? Buffer.from(text) : Buffer.from(bodyBase64, 'base64');
  const options: DecodeOptions = { strict, ...(one.config?.batch && { batch: true }) };
  return decodeCloudEvent({ headers, body: bytes }, options);
}

/** Every attribute by its name, core and extension alike, as the cases write them. */
export function flatten({ data: _, extensions, ...attributes }: CloudEvent): Record<string, unknown> {
  return { ...attributes, ...extensions };
}

/** What is different from the expectation and from all of its alternatives; undefined when one of them is met. */
export function findDifference(result: DecodeResult, expected: Expectation): string | undefined {
  const difference = compare(result, expected);
  if (difference === undefined || expected.alt === undefined) return difference;
  const other = findDifference(result, expected.alt);
  return other === undefined ? undefined : `${difference} (alternative: ${other})`;
}

function compare(result: DecodeResult, expected: Expectation): string | undefined {
  if (!result.ok) {
    const { reason, attribute, status } = result.error;
    if (expected.outcome !== 'reject') return `refused: ${reason} ${attribute}`;
    if (reason !== expected.reason) return `reason ${reason}, not ${expected.reason}`;
    if (expected.attribute !== undefined && attribute !== expected.attribute) return `attribute ${attribute}`;
    return expected.status?.includes(status) === false ? `status ${status}` : undefined;
  }
  if (expected.outcome !== 'accept') return `accepted: ${JSON.stringify(result)}, not ${expected.reason}`;
  if (expected.mode !== undefined && result.mode !== expected.mode) return `mode ${result.mode}`;
  if (result.mode !== 'batch') return compareEvent(result.event, expected, expected.mode !== undefined);
  if (result.events.length !== expected.events?.length) return `${result.events.length} events`;
  for (const [index, event] of result.events.entries()) {
    const difference = compareEvent(event, expected.events[index] ?? expected, true);
    if (difference !== undefined) return `event ${index}: ${difference}`;
  }
  return undefined;
}

/** Alternatives list only the attributes in question; the others list all. */
function compareEvent(event: CloudEvent, expected: Expectation, complete: boolean): string | undefined {
  const actual = flatten(event);
  const attributes = expected.attributes ?? (complete ? {} : actual);
  const wanted = complete ? attributes : { ...actual, ...attributes };
  if (!isDeepStrictEqual(actual, { ...wanted })) {
    return `attributes ${JSON.stringify(actual)}, not ${JSON.stringify(wanted)}`;
  }
  const { data } = event;
  const shown = `data ${JSON.stringify(data)?.slice(0, 200)}`;
  if ('data' in expected && !isDeepStrictEqual(data, expected.data)) return shown;
  if (expected.dataText !== undefined && data !== expected.dataText) return shown;
  if (expected.dataRaw !== undefined && JSON.stringify(data) !== expected.dataRaw) return shown;
  if (expected.dataRawLength !== undefined && JSON.stringify(data).length !== expected.dataRawLength)
    return shown;
  if (expected.dataAbsent && 'data' in event) return shown;
  if (expected.dataBase64 !== undefined) {
    const same = data instanceof Uint8Array && Buffer.from(data).toString('base64') === expected.dataBase64;
    if (!same) return shown;
  }
  return undefined;
}
