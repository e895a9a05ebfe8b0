import { expect, test } from 'vitest';
import { findUnsynced, readCalls } from '../durability/find-unsynced.js';

const connection = (/** @type {number} */ port) => `20<TCP:[127.0.0.1:80->127.0.0.1:${port}]>`;
const read = (/** @type {number} */ port) => `7 read(${connection(port)}, "POST / HTTP/1.1"..., 65536) = 900`;
const answer = (/** @type {number} */ port, status = 202) =>
  `7 write(${connection(port)}, "HTTP/1.1 ${status} Accepted\\r\\n"..., 120) = 120`;
const write = '9 pwrite64(17</data/inbox.db-wal>, "\\0\\1"..., 4096, 56) = 4096';
const sync = '9 fdatasync(17</data/inbox.db-wal>) = 0';

/** @param {string[]} lines */
const look = (...lines) => findUnsynced(readCalls(lines.join('\n')));

test('an answer after a write and a sync of what was read is fine', () => {
  expect(look(read(1), write, sync, answer(1))).toEqual({ answers: 1, unsynced: [] });
});

test('a group shares one sync', () => {
  const { answers, unsynced } = look(read(1), read(2), write, sync, answer(1), answer(2));
  expect([answers, unsynced]).toEqual([2, []]);
});

test.each([
  ['nothing is synced', [read(1), write, answer(1)]],
  ['nothing is written', [read(1), sync, answer(1)]],
  ['the sync comes after it', [read(1), write, answer(1), sync]],
  ['the sync comes before the write', [read(1), sync, write, answer(1)]],
  ['the write was of an earlier request', [write, read(1), sync, answer(1)]],
  ['another file is synced', [read(1), write, '9 fsync(18</data/inbox.db>) = 0', answer(1)]],
  ['the sync failed', [read(1), write, '9 fdatasync(17</data/inbox.db-wal>) = -1 EIO (…)', answer(1)]],
  ['more was read meanwhile', [read(1), write, sync, read(1), answer(1)]],
])('finds an answer when %s', (_, lines) => {
  const { answers, unsynced } = look(...lines);
  expect([answers, unsynced.length]).toEqual([1, 1]);
});

test('a sync counts when it has ended, and a write when it began before', () => {
  const begun = '9 fdatasync(17</data/inbox.db-wal> <unfinished ...>';
  const ended = '9 <... fdatasync resumed>) = 0';
  expect(look(read(1), write, begun, ended, answer(1)).unsynced).toEqual([]);
  expect(look(read(1), write, begun, answer(1), ended).unsynced).toHaveLength(1);
  // What was read while the sync went on is not part of it.
  expect(look(write, begun, read(1), ended, answer(1)).unsynced).toHaveLength(1);
});

test('other answers are not looked at', () => {
  expect(look(read(1), answer(1, 503))).toEqual({ answers: 0, unsynced: [] });
});

test('an answer written in parts at once is seen', () => {
  const parts = `7 writev(${connection(1)}, [{iov_base="HTTP/1.1 202 Accepted\\r\\n"..., iov_len=90}], 1) = 90`;
  expect(look(read(1), parts)).toMatchObject({ answers: 1 });
});
