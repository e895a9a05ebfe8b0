import { join } from 'node:path';
import Database from 'libsql';
import { expect, test } from 'vitest';
import { openState } from '../../src/state/open-state.js';
import { schemaSteps } from '../../src/state/schema.js';
import { clientsCreate, companyId, startEngine } from '../support/start-engine.js';
import { startSink } from '../support/start-sink.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const [firstStep = ''] = schemaSteps;

/** A state file as the first version of the emulator wrote it: one delivery has ended, one waits for its retry. */
function writeFirstVersion(sink: string): string {
  const file = join(temporaryFolder(), 'state.db');
  const database = new Database(file);
  database.exec(firstStep);
  database.exec(`
    PRAGMA application_id = ${0x46694365}; PRAGMA user_version = 1;
    INSERT INTO settings VALUES ('clock', '{"ahead":0,"standsAt":5000000}'),
      ('faults', '{"seed":9,"probabilities":{"duplicate":1}}');
    INSERT INTO subscriptions VALUES
      (3, ${companyId}, 1234, '${sink}', '["${clientsCreate}"]', 'binary', 1, 1, 1000, 'header', NULL, 1000);
    INSERT INTO deliveries VALUES
      (8, 'event', 'delivered', 'SUB3', ${companyId}, 1234, '${sink}', 'binary', '3:a', '${clientsCreate}', '[1]',
        'then', 1000, NULL, 1, 204, 'Fine.', NULL, '[]', NULL),
      (9, 'event', 'pending', 'SUB3', ${companyId}, 1234, '${sink}', 'binary', '3:b', '${clientsCreate}', '[2]',
        'then', 2000, 6000000, 1, 503, 'Again.', NULL, '["delay"]', 'kept-token');
    INSERT INTO attempts VALUES (8, 1, '{"number":1}'), (9, 1, '{"number":1,"why":"è"}');`);
  database.close();
  return file;
}

test('a file of the first version is brought up to date, and goes on', async () => {
  const { url, received } = await startSink();
  const file = writeFirstVersion(url);
  const { engine, service, deliveries, attempts, emit, faultBox } = startEngine({ state: file });
  expect(deliveries()).toMatchObject([
    { id: 8, state: 'delivered', endedAt: 1_000, ids: [1], lastStatus: 204, reason: 'Fine.' },
    { id: 9, state: 'pending', endedAt: null, dueAt: 6_000_000, ids: [2], faults: ['delay'] },
  ]);
  expect(attempts(9)).toEqual([{ number: 1, why: 'è' }]);
  expect(service.state.history.size()).toEqual({ deliveries: 1, bytes: '[1]{"number":1}'.length });
  expect(service.state.deliveries.readToken(9)).toBe('kept-token');
  expect(faultBox.read().probabilities.duplicate).toBe(0);
  expect(service.state.settings.read('faults')).toBeUndefined();
  expect(emit().id).toBe(10);
  await engine.advance(1_000_000);
  expect(received.map(({ headers }) => headers['ce-id']).at(-1)).toBe('3:b');
  expect(received[1]?.headers.authorization).toBe('Bearer kept-token');
  expect(deliveries().map(({ state }) => state)).toEqual(['delivered', 'delivered', 'delivered']);
});

test('an emulator of the first version refuses a file of this one', () => {
  const file = writeFirstVersion('http://localhost/');
  openState(file).close();
  const database = new Database(file);
  const [{ user_version: version }] = database.pragma('user_version') as [{ user_version: number }];
  database.close();
  expect(version).toBe(schemaSteps.length);
  expect(version).toBeGreaterThan(1);
});
