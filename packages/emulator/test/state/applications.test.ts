import { join } from 'node:path';
import { decodeJwt } from 'jose';
import { expect, test } from 'vitest';
import type { EmulatorOptions } from '../../src/index.js';
import { startEmulator } from '../../src/index.js';
import { companyId } from '../support/start-engine.js';
import { type SinkAnswering, startSink } from '../support/start-sink.js';
import { temporaryFolder } from '../support/temporary-folder.js';

const type = 'entities.clients.create';

/** Echoes challenges, and fails the first event of all. */
function failFirst(): SinkAnswering {
  let failures = 1;
  return ({ method, headers }, response) => {
    if (method === 'POST') return failures-- > 0 ? 503 : 204;
    response.end(JSON.stringify({ verification: headers['x-fic-verification-challenge'] }));
    return undefined;
  };
}

function start(state: string, options: EmulatorOptions) {
  const behaviour = { welcomeDelay: 1_000_000_000 };
  return startEmulator({ state, clock: 'manual', logger: false, behaviour, ...options });
}

test('an application with another id takes its subscriptions along: nothing comes twice', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const { url, received } = await startSink(failFirst());
  const first = await start(state, {});
  await first.subscribe({ sink: url, types: [type] });
  first.emit({ companyId, type });
  await first.settled();
  await first.close();

  const second = await start(state, { applications: [{ id: 5678, accessToken: 'a/emulator' }] });
  expect(second.applications().map(({ id }) => id)).toEqual([5678]);
  expect(second.subscriptions()).toMatchObject([{ id: 'SUB1', applicationId: 5678, verified: true }]);
  await expect(second.subscribe({ sink: url, types: [type] })).rejects.toMatchObject({
    code: 'subscription-refused',
  });
  expect(second.emit({ companyId, type }).deliveries).toHaveLength(1);
  // What waited from before is signed anew.
  await second.advance('1m');
  await second.close();
  const tokens = received.map(({ headers }) => decodeJwt(headers.authorization?.slice(7) ?? ''));
  expect(tokens.map(({ aid }) => aid)).toEqual([undefined, 1234, 5678, 5678]);
});

test('another access token of the same application keeps the subscriptions', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const { url } = await startSink(failFirst());
  const applications = [
    { id: 1, accessToken: 'a/one' },
    { id: 1, accessToken: 'a/two' },
  ];
  const first = await start(state, { applications });
  await first.subscribe({ sink: url, types: [type] });
  await first.close();
  const second = await start(state, { applications: [{ id: 2, accessToken: 'a/two' }] });
  expect(second.subscriptions()).toMatchObject([{ applicationId: 1 }]);
  await second.close();
});

test('two applications do not become one: both ids are named', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const { url } = await startSink(failFirst());
  const applications = [
    { id: 1, accessToken: 'a/one' },
    { id: 2, accessToken: 'a/two' },
  ];
  const first = await start(state, { applications });
  for (const { id } of applications) await first.subscribe({ sink: url, types: [type], applicationId: id });
  await first.close();
  const merged = start(state, { applications: [{ id: 2, accessToken: 'a/one' }] });
  await expect(merged).rejects.toMatchObject({
    code: 'option-invalid',
    field: 'applications',
    message: expect.stringMatching(/application 1 of the state the id 2/),
  });
  // Nothing was changed.
  const again = await start(state, { applications });
  expect(again.subscriptions()).toMatchObject([{ applicationId: 1 }, { applicationId: 2 }]);
  expect(again.applications()).toMatchObject(applications);
  await again.close();
});

test('faults are no part of a state', async () => {
  const state = join(temporaryFolder(), 'state.db');
  const first = await start(state, { faults: { probabilities: { 'lose-answer': 1 } } });
  expect(first.faults().probabilities['lose-answer']).toBe(1);
  first.setFaults({ probabilities: { duplicate: 1 } });
  await first.close();
  const second = await start(state, {});
  expect(Object.values(second.faults().probabilities).every((probability) => probability === 0)).toBe(true);
  await second.close();
  const third = await start(state, { faults: { seed: 5 } });
  expect(third.faults().seed).toBe(5);
  await third.close();
});
