import { Buffer } from 'node:buffer';
import { gzipSync } from 'node:zlib';
import {
  type ConformanceCase,
  keepable,
  type NotificationRecipe,
  refuseNotification,
} from '../conformance-case.js';

/** A parser in front of the webhook may have taken the text away, so that only the odd value is seen. */
const malformed = keepable('body-malformed', 'event-unreadable');
const unreadable = keepable('event-unreadable');
const encoding = keepable('body-encoding', 'body-malformed');
const tooLarge = keepable('body-too-large');

/** More than the 4 MiB that a receiver takes by default. */
const fiveMebibytes = 5 * 1024 * 1024;

const refuseText = (name: string, body: string) => refuseNotification(`body: ${name}`, malformed, { body });
const refuseShape = (name: string, data: unknown) =>
  refuseNotification(`body: ${name}`, unreadable, { data });
const sendBytes =
  (makeBody: () => Uint8Array, headers: [string, string][] = []): NotificationRecipe =>
  (probe) => {
    const { request, event } = probe.notify();
    return { event, request: { ...request, headers: [...request.headers, ...headers], body: makeBody() } };
  };

/**
 * Bodies that cannot be read, under a genuine token: a retry or an inbox may still save the event, so never a 4xx.
 */
export const bodyCases: readonly ConformanceCase[] = [
  refuseText('empty', ''),
  refuseText('not JSON', '{"data":{"ids":[1]}'),
  refuseText('text after the JSON', '{"data":{"ids":[1]}} more'),
  refuseText('a form', 'ids=1&ids=2'),
  refuseText('null', 'null'),
  refuseText('a number', '42'),
  refuseText('a text', '"ids"'),
  refuseText('a list', '[{"data":{"ids":[1]}}]'),
  refuseText('an empty object', '{}'),
  refuseText('lists nested 100,000 deep', `{"data":{"ids":${'['.repeat(100_000)}${']'.repeat(100_000)}}}`),
  refuseNotification(
    'body: broken UTF-8',
    malformed,
    sendBytes(() => Buffer.from('{"data":{"ids":["\xff\xfe"]}}', 'latin1')),
  ),
  refuseText('ids on a prototype', '{"__proto__":{"data":{"ids":[1]}}}'),
  refuseText('ids of data and of the body differ', '{"data":{"ids":[1]},"ids":[2]}'),
  refuseShape('data is null', null),
  refuseShape('data without ids', { id: 1 }),
  refuseShape('ids is no list', { ids: 1 }),
  refuseShape('ids is an object', { ids: { 0: 1, length: 1 } }),
  refuseShape('an id is null', { ids: [1, null] }),
  refuseShape('an id is an object', { ids: [{ id: 1 }] }),
  refuseShape('an id is a fraction', { ids: [1.5] }),
  refuseShape('an id is larger than a number holds', { ids: [2 ** 60] }),
  refuseShape('ids are numbers and words', { ids: [1, 'two'] }),
  refuseNotification('body: structured, not JSON', malformed, {
    mode: 'structured',
    body: '{"specversion":"1.0"',
  }),
  refuseNotification('body: structured, a list', malformed, { mode: 'structured', body: '[]' }),
  refuseNotification('body: structured, data without ids', unreadable, { mode: 'structured', data: {} }),
  refuseNotification('body: encoding nobody knows', encoding, {
    headers: { 'content-encoding': 'x-nobody' },
  }),
  refuseNotification('body: said to be gzip, and is not', encoding, {
    headers: { 'content-encoding': 'gzip' },
  }),
  refuseNotification(
    'body: gzip that breaks off',
    encoding,
    sendBytes(() => gzipSync('{"data":{"ids":[1]}}').subarray(0, -9), [['Content-Encoding', 'gzip']]),
  ),
  refuseNotification(
    'body: 5 MiB',
    tooLarge,
    sendBytes(() => spaces()),
  ),
  refuseNotification(
    'body: 5 MiB once decompressed',
    tooLarge,
    sendBytes(() => gzipSync(spaces()), [['Content-Encoding', 'gzip']]),
  ),
];

/** Valid JSON, so that only its size can be wrong. */
function spaces(): Buffer {
  const body = Buffer.alloc(fiveMebibytes, ' ');
  body.write('{"data":{"ids":[1]}}');
  return body;
}
