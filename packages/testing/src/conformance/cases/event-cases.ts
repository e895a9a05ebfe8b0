import { Buffer } from 'node:buffer';
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { acceptNotification, acknowledgeNotification, type ConformanceCase } from '../conformance-case.js';
import type { Delivery } from '../probe.js';

const manyIds = Array.from({ length: 2_000 }, (_, index) => 3_062_300 + index);

/** Notifications that must be accepted, in all the forms in which they come or may come. */
export const eventCases: readonly ConformanceCase[] = [
  acceptNotification('event: binary'),
  acceptNotification('event: structured as application/cloudevents+json', { mode: 'structured' }),
  acceptNotification('event: structured as application/cloudevents+json with a charset', {
    mode: 'structured',
    contentType: 'application/cloudevents+json; charset=UTF-8',
  }),
  acceptNotification('event: structured as application/json', {
    mode: 'structured',
    contentType: 'application/json',
  }),
  acceptNotification('event: structured with equal ce- headers beside it', (probe) => {
    const delivery = probe.notify({}, { mode: 'structured' });
    delivery.request.headers.push(['ce-id', delivery.event.id], ['ce-type', delivery.event.type]);
    return delivery;
  }),
  acceptNotification('event: ids without the data wrapper', {
    event: { ids: [1, 2] },
    body: '{"ids":[1,2]}',
  }),
  acceptNotification('event: several ids', { event: { ids: [3, 1, 2] } }),
  acceptNotification('event: 2,000 ids', { event: { ids: manyIds } }),
  acceptNotification('event: ids that are texts', {
    event: { name: 'cashbook.create', ids: ['0012', 'a-b'] },
  }),
  acceptNotification('event: more members in the body', (probe) =>
    probe.notify({ ids: [7] }, { data: { ids: [7], more: { nested: [true, null] } } }),
  ),
  acceptNotification('event: attributes that nobody knows', {
    attributes: { traceparent: '00-ab-cd-01', ext1: 'a b' },
  }),
  acceptNotification('event: without time', { attributes: { time: undefined } }),
  acceptNotification('event: without time, structured', {
    mode: 'structured',
    attributes: { time: undefined },
  }),
  acceptNotification('event: time that is none', { attributes: { time: 'yesterday' } }),
  acceptNotification('event: another specversion', { attributes: { specversion: '1.1' } }),
  acceptNotification('event: another specversion, structured', {
    mode: 'structured',
    attributes: { specversion: '1.1' },
  }),
  acceptNotification('event: without specversion', { attributes: { specversion: undefined } }),
  acceptNotification('event: header names in capitals', (probe) => {
    const delivery = probe.notify();
    const headers = delivery.request.headers.map(([name, value]): [string, string] => [
      name.toUpperCase(),
      value,
    ]);
    return { ...delivery, request: { ...delivery.request, headers } };
  }),
  acceptNotification('event: header percent-encoded', (probe) =>
    probe.notify({ id: `${probe.notify().event.id} 100% caff\u00e8 "\u20ac" \u{1f600}` }),
  ),

  ...[
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'nonsense',
  ].map((contentType) => acceptNotification(`event: media type ${contentType}`, { contentType })),
  acceptNotification('event: media type application/json with a charset', {
    contentType: 'application/json; charset=utf-8',
  }),
  acceptNotification('event: no media type', { headers: { 'content-type': undefined } }),

  acceptNotification('event: gzip', (probe) => compress(probe.notify(), 'gzip', gzipSync)),
  acceptNotification('event: deflate', (probe) => compress(probe.notify(), 'deflate', deflateSync)),
  acceptNotification('event: deflate without the zlib header', (probe) =>
    compress(probe.notify(), 'deflate', deflateRawSync),
  ),
  acceptNotification('event: br', (probe) => compress(probe.notify(), 'br', brotliCompressSync)),
  acceptNotification('event: gzip, structured', (probe) =>
    compress(probe.notify({}, { mode: 'structured' }), 'gzip', gzipSync),
  ),
  acceptNotification('event: Content-Encoding identity', { headers: { 'content-encoding': 'identity' } }),

  acknowledgeNotification('event: type newer than the receiver', {
    event: { name: 'entities.robots.create' },
  }),
  acknowledgeNotification('event: type newer than the receiver, without ids', {
    event: { name: 'entities.robots.create' },
    data: { other: 1 },
  }),
  acknowledgeNotification('event: type of somebody else', { event: { type: 'com.example.thing' } }),
  acknowledgeNotification('event: subject that is not a company', { event: { subject: 'user:5' } }),

  acknowledgeNotification('welcome: empty body', { event: { name: 'subscriptions.welcome' } }),
  acknowledgeNotification('welcome: body null', { event: { name: 'subscriptions.welcome' }, body: 'null' }),
  acknowledgeNotification('welcome: body is a list', {
    event: { name: 'subscriptions.welcome' },
    body: '[1,{}]',
  }),
  acknowledgeNotification('welcome: body is not JSON', {
    event: { name: 'subscriptions.welcome' },
    body: 'hello',
  }),
  acknowledgeNotification('welcome: data without ids', {
    event: { name: 'subscriptions.welcome' },
    data: { a: 1 },
  }),
  acknowledgeNotification('welcome: no media type', {
    event: { name: 'subscriptions.welcome' },
    headers: { 'content-type': undefined },
  }),
  acknowledgeNotification('welcome: structured', {
    event: { name: 'subscriptions.welcome' },
    mode: 'structured',
  }),
];

/** The same notification with its body compressed. */
function compress(delivery: Delivery, encoding: string, encode: (bytes: Buffer) => Uint8Array): Delivery {
  const { request } = delivery;
  const headers: [string, string][] = [...request.headers, ['Content-Encoding', encoding]];
  return { ...delivery, request: { ...request, headers, body: encode(Buffer.from(request.body ?? '')) } };
}
