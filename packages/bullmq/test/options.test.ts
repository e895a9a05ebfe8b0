import { expect, test } from 'vitest';
import { type BullmqInboxOptions, bullmqInbox } from '../src/index.js';
import { newItem } from './support/open-inbox.js';

const redis = 'redis://localhost';
const postgres = 'postgres://localhost/app';
const pool = { connect() {}, query() {}, end() {} };

test.for<[unknown, string, RegExp, string?]>([
  [undefined, 'connection', /missing/],
  [{}, 'connection', /missing.*environment/],
  [{ connection: '' }, 'connection', /missing/],
  [{ connection: 'mysql://user:secret@host' }, 'connection', /^(?!.*secret).*no redis/],
  [{ connection: 'redis://:a b@host:x' }, 'connection', /percent-encoded/],
  [{ connection: 7 }, 'connection', /It is number/],
  [{ connection: { host: 'h', keyPrefix: 'x:' } }, 'connection', /keyPrefix/],
  [{ connection: { isCluster: true, defineCommand() {}, options: {} } }, 'connection', /cluster/],
  [{ connection: redis, queue: 'a:b' }, 'queue', /colon/],
  [{ connection: redis, queue: '' }, 'queue', /colon/],
  [{ connection: redis, prefix: '' }, 'prefix', /not empty/],
  [{ connection: redis, backend: 'postgres' }, 'backend', /leads to redis/],
  [{ connection: redis, backend: 'mysql' }, 'backend', /'redis' or 'postgres'/],
  [{ connection: redis, durability: 'none' }, 'durability', /'strict' or 'relaxed'/],
  [{ connection: redis, keepCompleted: -1 }, 'keepCompleted', /milliseconds/],
  [{ connection: redis, keepCompleted: Number.NaN }, 'keepCompleted', /milliseconds/],
  [{ connection: redis, schema: 'x' }, 'schema', /PostgreSQL/],
  [{ connection: redis, migrate: false }, 'migrate', /PostgreSQL/],
  [{ connection: postgres, prefix: 'x' }, 'prefix', /Redis/],
  [{ connection: postgres, schema: 'a b' }, 'schema', /plain name/],
  [{ connection: postgres, migrate: 'yes' }, 'migrate', /true or false/],
  [{ connection: pool, schema: 'other' }, 'schema', /with a pool/],
  [{ connection: redis, retries: 3 }, 'retries', /There is no option retries/, 'option-unknown'],
])('%j is refused', ([options, option, message, code = 'option-invalid']) => {
  expect(() => bullmqInbox(options as BullmqInboxOptions)).toThrow(
    expect.objectContaining({ code, option, message: expect.stringMatching(message) }),
  );
});

test('nothing is connected before it is used, and a closed inbox says so', async () => {
  const inbox = bullmqInbox({ connection: 'redis://127.0.0.1:1' });
  await inbox.close();
  await inbox.close();
  await expect(inbox.put(newItem())).rejects.toMatchObject({ code: 'inbox-closed', status: 503 });
});
