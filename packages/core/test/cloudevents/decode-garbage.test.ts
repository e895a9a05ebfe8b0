import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type CloudEventMessage, type DecodeOptions, decodeCloudEvent } from '../../src/cloudevents/index.js';

function expectResult(message: unknown, options: unknown): void {
  const result = decodeCloudEvent(message as CloudEventMessage, options as DecodeOptions);
  if (result.ok) expect(Array.isArray(result.warnings)).toBe(true);
  else expect([400, 415]).toContain(result.error.status);
}

describe('decodeCloudEvent never throws', () => {
  it('whatever it is given', () => {
    fc.assert(
      fc.property(fc.anything(), fc.anything(), (message, options) => expectResult(message, options)),
      { seed: 7, numRuns: 2000 },
    );
  });

  it('whatever headers, body and options are', () => {
    const anything = fc.anything({
      withBigInt: true,
      withDate: true,
      withMap: true,
      withSet: true,
      withTypedArray: true,
      withNullPrototype: true,
    });
    fc.assert(
      fc.property(
        fc.record({ headers: anything, body: anything }),
        fc.record({ strict: anything, batch: anything, maxDepth: anything }),
        expectResult,
      ),
      { seed: 8, numRuns: 2000 },
    );
  });

  it('whatever nearly right headers and bodies hold', () => {
    const name = fc.oneof(
      fc.constantFrom(
        'ce-specversion',
        'ce-id',
        'ce-type',
        'ce-source',
        'ce-time',
        'ce-subject',
        'ce-dataschema',
        'Content-Type',
        'ce-x',
        'ce-',
      ),
      fc.string({ unit: 'binary' }),
    );
    const value = fc.oneof(
      fc.constantFrom(
        '1.0',
        '/s',
        'application/json',
        'application/cloudevents+json',
        'application/cloudevents-batch+json',
        'text/plain; charset=x',
      ),
      fc.string({ unit: 'binary' }),
      fc.string(),
      fc.anything(),
    );
    const member = fc.constantFrom(
      'specversion',
      'id',
      'type',
      'source',
      'data',
      'data_base64',
      'x',
      '__proto__',
    );
    const json = fc
      .dictionary(member, fc.oneof(fc.constantFrom('1.0', '/s', ''), fc.jsonValue()))
      .map((object) => JSON.stringify(object));
    const body = fc.oneof(
      fc.uint8Array(),
      fc
        .oneof(
          json,
          json.map((one) => `[${one}]`),
        )
        .map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(
        fc.array(fc.tuple(name, value)),
        body,
        fc.record({ strict: fc.boolean(), batch: fc.boolean() }),
        (headers, bytes, options) => expectResult({ headers, body: bytes }, options),
      ),
      { seed: 9, numRuns: 3000 },
    );
  });

  it('when the message itself throws', () => {
    const angry = new Proxy(
      {},
      {
        get: () => {
          throw new Error('angry');
        },
      },
    );
    for (const message of [angry, { headers: angry }, { headers: [], body: angry }]) {
      const result = decodeCloudEvent(message as CloudEventMessage);
      expect(result).toMatchObject({
        ok: false,
        error: { reason: expect.stringMatching(/not-a-cloudevent|wrong-type/) },
      });
    }
  });

  it('and pollutes no prototype', () => {
    const body = new TextEncoder().encode(
      '{"specversion":"1.0","id":"1","type":"t","source":"/s","__proto__":{"x":1},"constructor":"c"}',
    );
    const result = decodeCloudEvent({ headers: { 'content-type': 'application/cloudevents+json' }, body });
    if (!result.ok || result.mode === 'batch') expect.fail(JSON.stringify(result));
    expect(Object.getPrototypeOf(result.event.extensions)).toBeNull();
    expect(Object.keys(result.event.extensions ?? {})).toEqual(['constructor']);
    expect(({} as Record<string, unknown>)['x']).toBeUndefined();
  });
});
