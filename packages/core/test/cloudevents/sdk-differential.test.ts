import { HTTP, CloudEvent as SdkEvent } from 'cloudevents';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEvent, decodeCloudEvent, encodeCloudEvent } from '../../src/cloudevents/index.js';
import { flatten } from './http-cases.js';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

function toSdk(event: CloudEvent, mode: 'binary' | 'structured'): SdkEvent<unknown> {
  const { headers, body } = encodeCloudEvent(event, mode);
  return HTTP.toEvent({ headers, body: decoder.decode(body) }) as SdkEvent<unknown>;
}

/** Own members that are set, the payload's second copy left out. */
function attributesOf(event: SdkEvent<unknown>): Record<string, unknown> {
  const { data: _, data_base64: __, ...rest } = { ...event } as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined));
}

const word = fc.stringMatching(/^[a-zA-Z\d:._-]{1,20}$/);
/** Where both agree: printable ASCII without escapes, a time in UTC with milliseconds, JSON data that is an object. */
const common = fc.record(
  {
    specversion: fc.constant('1.0' as const),
    id: word,
    source: fc.webUrl().filter((url) => !url.includes('%')),
    type: word,
    time: fc
      .date({ min: new Date(0), max: new Date('2100-01-01'), noInvalidDate: true })
      .map((date) => date.toISOString()),
    datacontenttype: fc.constant('application/json'),
    data: fc
      .dictionary(fc.string(), fc.jsonValue(), { minKeys: 1, noNullPrototype: true })
      .map((data) => JSON.parse(JSON.stringify(data)) as unknown),
    subject: word,
    extensions: fc.dictionary(fc.stringMatching(/^x[a-z\d]{1,10}$/), word, {
      minKeys: 1,
      noNullPrototype: true,
    }),
  },
  { requiredKeys: ['specversion', 'id', 'source', 'type', 'time', 'datacontenttype', 'data'] },
);

describe('against the SDK, where both should agree', () => {
  it.each(['binary', 'structured'] as const)('%s mode', (mode) => {
    fc.assert(
      fc.property(common, (event) => {
        const theirs = toSdk(event, mode);
        expect(attributesOf(theirs)).toEqual(flatten(event));
        expect(theirs.data).toEqual(event.data);
        const sent = HTTP[mode](new SdkEvent({ ...flatten(event), data: event.data }));
        const ours = decodeCloudEvent(
          { headers: sent.headers as Record<string, string>, body: encoder.encode(String(sent.body)) },
          { strict: true },
        );
        if (!ours.ok || ours.mode === 'batch') expect.fail(JSON.stringify(ours));
        expect(flatten(ours.event)).toEqual(flatten(event));
        expect(ours.event.data).toEqual(event.data);
      }),
      { seed: 44, numRuns: 300 },
    );
  });
});

describe('against the SDK, where it diverges from the specification', () => {
  const event = { specversion: '1.0', id: '1', source: '/s', type: 't' } as const;
  const json = { 'content-type': 'application/cloudevents+json' };
  const both = (headers: Record<string, string>, body: string) => ({
    theirs: () => HTTP.toEvent({ headers, body }) as SdkEvent<unknown>,
    ours: decodeCloudEvent({ headers, body: encoder.encode(body) }),
  });
  const eventOf = (result: ReturnType<typeof decodeCloudEvent>): CloudEvent => {
    if (!result.ok || result.mode === 'batch') expect.fail(JSON.stringify(result));
    return result.event;
  };

  it('it makes up an id', () => {
    const { theirs, ours } = both(json, '{"specversion":"1.0","source":"/s","type":"t"}');
    expect(theirs().id).toMatch(/^[\da-f-]{36}$/);
    expect(ours).toMatchObject({ ok: false, error: { reason: 'missing', attribute: 'id' } });
  });

  it('it makes up a time, and replaces one that is not valid', () => {
    expect(both(json, JSON.stringify(event)).theirs().time).toBeDefined();
    expect('time' in eventOf(both(json, JSON.stringify(event)).ours)).toBe(false);
    const { theirs, ours } = both(json, JSON.stringify({ ...event, time: 'not-a-date' }));
    expect(theirs().time).not.toBe('not-a-date');
    expect(ours).toMatchObject({ ok: false, error: { reason: 'invalid-timestamp' } });
  });

  it('it rewrites the time in UTC', () => {
    const { theirs, ours } = both(json, JSON.stringify({ ...event, time: '2023-04-04T12:54:21+02:00' }));
    expect(theirs().time).toBe('2023-04-04T10:54:21.000Z');
    expect(eventOf(ours).time).toBe('2023-04-04T12:54:21+02:00');
  });

  it('it does not percent-decode, nor encode', () => {
    expect(toSdk({ ...event, subject: 'a b' }, 'binary').subject).toBe('a%20b');
    expect(HTTP.binary(new SdkEvent({ ...event, subject: '100%' })).headers['ce-subject']).toBe('100%');
  });

  it('it throws on parameters of the media type', () => {
    const { theirs, ours } = both(
      { 'content-type': 'application/cloudevents+json; charset=UTF-8' },
      JSON.stringify(event),
    );
    expect(theirs).toThrow();
    expect(eventOf(ours)).toEqual(event);
  });

  it('it lets a header shadow a method', () => {
    const { theirs, ours } = both({ ...encodeCloudEvent(event, 'binary').headers, 'ce-validate': 'x' }, '');
    expect(typeof theirs().validate).toBe('string');
    expect(eventOf(ours).extensions?.['validate']).toBe('x');
  });

  it.each(['0', 'false', '""', 'null'])('it loses the data %s', (data) => {
    const { theirs, ours } = both(json, JSON.stringify(event).replace('}', `,"data":${data}}`));
    expect(theirs().data).toBeUndefined();
    expect(eventOf(ours).data).toEqual(JSON.parse(data));
  });

  it('it accepts any other version without looking further', () => {
    const { theirs, ours } = both(json, JSON.stringify({ ...event, specversion: '9.9', source: 'a b' }));
    expect(theirs().specversion).toBe('9.9');
    expect(ours).toMatchObject({ ok: false, error: { reason: 'unsupported-specversion' } });
  });
});
