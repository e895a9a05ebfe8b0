import { createReceiver, type FicEvent } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { expect, test } from 'vitest';
import { conformanceCaseNames, createTestKeyPair, runConformance, sendOverHttp } from '../src/index.js';
import { startServer } from './start-server.js';

const sink = 'https://example.com/webhooks/fic';
const { privateKey, publicKey } = createTestKeyPair();

/** A receiver as an app has it, with a list of what it handled and a handler that can be made to fail. */
function createApp() {
  const handled: FicEvent[] = [];
  let failures = 0;
  const receiver = createReceiver({ sink, applicationId: 1234, publicKeys: publicKey, logger: false });
  receiver.on('*', async (event) => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    if (failures-- > 0) throw new Error('made to fail');
    failures = 0;
    handled.push(event);
  });
  return {
    receiver,
    capabilities: {
      handled: () => handled,
      failNext: () => {
        failures = 1;
      },
    },
  };
}

test('an app on core and node:http passes every case', async () => {
  const { receiver, capabilities } = createApp();
  const url = await startServer(createNodeHandler(receiver));
  const startedAt = performance.now();
  const results = await runConformance({ sink, privateKey, send: sendOverHttp(url), ...capabilities });
  expect(results.filter(({ result }) => result !== 'pass')).toEqual([]);
  expect(results.map(({ name }) => name)).toEqual(conformanceCaseNames);
  expect(performance.now() - startedAt).toBeLessThan(5_000);
});

test('without capabilities what needs them is a visible skip, and the rest passes', async () => {
  const { receiver } = createApp();
  const url = await startServer(createNodeHandler(receiver));
  const results = await runConformance({ sink, privateKey, send: sendOverHttp(url) });
  expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
  expect(results.filter(({ result }) => result === 'skip')).toEqual(
    [
      ['delivery: five twins at once are handled once', 'handled'],
      ['delivery: twenty events at once are handled once each', 'handled'],
      ['delivery: a handler fails, the retry is handled', 'failNext'],
      ['handlers: the right events and only they, once each', 'handled'],
    ].map(([name, capability]) => ({
      name,
      result: 'skip',
      why: expect.stringContaining(`Needs \`${capability}\``),
    })),
  );
});

test('handled may be asynchronous and give ids alone', async () => {
  const { receiver, capabilities } = createApp();
  const url = await startServer(createNodeHandler(receiver));
  const handled = async () => capabilities.handled().map(({ id }) => id);
  const results = await runConformance({ sink, privateKey, send: sendOverHttp(url), handled });
  expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
});

test('cases can be chosen by name and by a function', async () => {
  const { receiver } = createApp();
  const send = sendOverHttp(await startServer(createNodeHandler(receiver)));
  const byName = await runConformance({ sink, privateKey, send, cases: ['event: binary', 'token: none'] });
  expect(byName.map(({ name, result }) => [name, result])).toEqual([
    ['event: binary', 'pass'],
    ['token: none', 'pass'],
  ]);
  const byFunction = await runConformance({
    sink,
    privateKey,
    send,
    cases: (name) => name.startsWith('welcome:'),
  });
  expect(byFunction.map(({ result }) => result)).toEqual(Array(7).fill('pass'));
  const typo = runConformance({ sink, privateKey, send, cases: ['event: binry'] });
  await expect(typo).rejects.toMatchObject({ code: 'option-invalid', option: 'cases' });
  const none = runConformance({ sink, privateKey, send, cases: () => false });
  await expect(none).rejects.toMatchObject({ code: 'option-invalid', option: 'cases' });
});

test('an unusable option is refused before anything is sent', async () => {
  let sent = 0;
  const send = async () => {
    sent++;
    return { status: 204, headers: {}, body: '' };
  };
  const good = { sink, privateKey, send };
  for (const [option, value] of Object.entries({
    sink: 'x',
    privateKey: publicKey,
    send: 1,
    handled: [],
    failNext: 1,
  })) {
    const options = { ...good, [option]: value } as typeof good;
    await expect(runConformance(options)).rejects.toMatchObject({ code: 'option-invalid', option });
  }
  expect(sent).toBe(0);
});

test('every case has a name of its own', () => {
  expect(new Set(conformanceCaseNames).size).toBe(conformanceCaseNames.length);
});
