import { HTTP, CloudEvent as SdkEvent } from 'cloudevents';
import { describe, expect, it } from 'vitest';
import { decodeCloudEvent, encodeCloudEvent, toCloudEvent } from '../../src/cloudevents/index.js';
import type { FicEvent } from '../../src/events/fic-event.js';

const event = {
  id: '198:f059b211-24f4-44ab-9859-b1613a9a0712',
  type: 'it.fattureincloud.webhooks.entities.clients.create',
  name: 'entities.clients.create',
  resource: 'entities.clients',
  action: 'create',
  source: 'https://api-v2.fattureincloud.it',
  subject: { kind: 'company', id: '108061' },
  companyId: 108061,
  time: '2023-04-04T12:54:21+02:00',
  timestamp: 1680605661000,
  ids: [3062300],
  applicationId: 1234,
  mode: 'binary',
} as const satisfies FicEvent;

const { time: _time, timestamp: _timestamp, ...timeless } = event;

describe('toCloudEvent', () => {
  it('makes a plain CloudEvents object', () => {
    expect(toCloudEvent(event)).toStrictEqual({
      specversion: '1.0',
      id: '198:f059b211-24f4-44ab-9859-b1613a9a0712',
      type: 'it.fattureincloud.webhooks.entities.clients.create',
      source: 'https://api-v2.fattureincloud.it',
      subject: 'company:108061',
      time: '2023-04-04T10:54:21.000Z',
      datacontenttype: 'application/json',
      data: { ids: [3062300] },
    });
  });

  it.each(['binary', 'structured'] as const)('comes back unchanged through the SDK, %s mode', (mode) => {
    const mine = toCloudEvent(event);
    const { headers, body } = HTTP[mode](new SdkEvent(mine));
    const result = decodeCloudEvent(
      { headers: headers as Record<string, string>, body: new TextEncoder().encode(String(body)) },
      { strict: true },
    );
    expect(result).toEqual({ ok: true, mode, event: mine, warnings: [] });
  });

  it.each(['binary', 'structured'] as const)(
    'comes back unchanged through encodeCloudEvent, %s mode',
    (mode) => {
      for (const mine of [toCloudEvent(event), toCloudEvent(timeless)]) {
        expect(decodeCloudEvent(encodeCloudEvent(mine, mode))).toMatchObject({ ok: true, mode, event: mine });
      }
    },
  );

  it('leaves an absent time absent, which the SDK fills with the time of construction', () => {
    const mine = toCloudEvent(timeless);
    expect('time' in mine).toBe(false);
    const before = Date.now();
    expect(Date.parse(new SdkEvent(mine).time ?? '')).toBeGreaterThanOrEqual(before);
  });

  it('leaves out a time that is none, or that UTC writes in a year of five digits', () => {
    expect('time' in toCloudEvent({ ...timeless, time: 'yesterday' })).toBe(false);
    for (const time of ['0000-01-01T00:00:00+01:00', '9999-12-31T23:59:59-01:00']) {
      expect('time' in toCloudEvent({ ...timeless, time, timestamp: Date.parse(time) })).toBe(false);
    }
  });

  it('writes other subjects as they were sent', () => {
    const unknown = { ...event, name: 'entities.clients.create' } as const;
    expect(toCloudEvent({ ...unknown, subject: { kind: 'user', id: 'a:b' } }).subject).toBe('user:a:b');
    expect(toCloudEvent({ ...unknown, subject: { kind: 'user', id: '' } }).subject).toBe('user');
    expect('subject' in toCloudEvent({ ...unknown, subject: { kind: '', id: '' } })).toBe(false);
  });
});
