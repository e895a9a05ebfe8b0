import { describe, expect, it } from 'vitest';
import { type DecodeResult, decodeCloudEvent } from '../../src/cloudevents/index.js';
import { flatten } from './http-cases.js';
import {
  batches,
  binaryBodies,
  headerNames,
  headerValues,
  jsonEvents,
  modes,
  type Neighbour,
  type Outcome,
  requiredAttributes,
} from './neighbour-cases.js';

const required = {
  specversion: '1.0',
  id: 'evt-1',
  type: 'com.example.thing.created',
  source: '/mycontext/sub',
};
const usualHeaders = {
  'ce-specversion': '1.0',
  'ce-id': 'evt-1',
  'ce-type': 'com.example.thing.created',
  'ce-source': '/mycontext/sub',
  'content-type': 'application/json',
};

function decode(one: Neighbour, strict: boolean): DecodeResult {
  const usual: Record<string, string | undefined> =
    one.members === undefined ? usualHeaders : { 'content-type': 'application/cloudevents+json' };
  const extra = one.headers ?? {};
  const merged = Array.isArray(extra) ? usual : { ...usual, ...extra };
  const headers: [string, string][] = [];
  for (const [name, value] of Object.entries(merged)) if (value !== undefined) headers.push([name, value]);
  if (Array.isArray(extra)) headers.push(...(extra as [string, string][]));
  // A structured message has its one copy already when the case adds a second.
  if (Array.isArray(extra) && one.members !== undefined) headers.push(...(extra as [string, string][]));
  const body =
    one.body ?? (one.members === undefined ? '{"ok":true}' : JSON.stringify({ ...required, ...one.members }));
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  return decodeCloudEvent({ headers, body: bytes }, { strict, ...(one.batch && { batch: true }) });
}

function check(result: DecodeResult, outcome: Outcome, one: Neighbour, strict: boolean): void {
  if (typeof outcome === 'string') {
    if (result.ok) expect.fail(`accepted ${JSON.stringify(result)}, not ${outcome}`);
    const { reason, attribute, status, message } = result.error;
    expect(reason).toBe(outcome);
    if (one.attribute !== undefined) expect(attribute).toBe(one.attribute);
    if (one.status !== undefined) expect(status).toBe(one.status);
    expect(message).toMatch(/^Not a valid CloudEvents message: [\x20-\x7eè]+\.$/);
    return;
  }
  if (!result.ok) expect.fail(`refused: ${result.error.message}`);
  expect(result.warnings.map((warning) => warning.reason)).toEqual(
    one.warning === undefined || strict ? [] : [one.warning],
  );
  const actual: Record<string, unknown> =
    result.mode === 'batch' ? { events: result.events } : { ...flatten(result.event) };
  if (result.mode !== 'batch' && 'data' in result.event) actual['data'] = result.event.data;
  for (const [name, value] of Object.entries(outcome.has)) {
    expect(Object.hasOwn(actual, name) ? actual[name] : undefined, name).toEqual(value);
  }
}

describe.each([
  ['header values', headerValues],
  ['header names', headerNames],
  ['required attributes and URIs', requiredAttributes],
  ['binary bodies', binaryBodies],
  ['modes', modes],
  ['JSON events', jsonEvents],
  ['batches', batches],
])('%s', (_, cases) => {
  describe.each(cases.map((one) => [one.name, one] as const))('%s', (_name, one) => {
    const { expect: expected } = one;
    const both = typeof expected === 'object' && 'default' in expected;
    it('by default', () => check(decode(one, false), both ? expected.default : expected, one, false));
    it('strict', () => check(decode(one, true), both ? expected.strict : expected, one, true));
  });
});
