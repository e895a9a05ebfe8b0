import { once } from 'node:events';
import { createServer } from 'node:http';
import { createReceiver } from '@fic-webhooks/core';
import { createNodeHandler } from '@fic-webhooks/core/node';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { control, trigger } from './support/control.js';
import { startEmulatorCli, waitFor } from './support/start-cli.js';
import { startSink } from './support/start-sink.js';

test('prints one line of JSON, behind which a whole service works with a real receiver', async () => {
  const port = await findFreePort();
  const sink = `http://localhost:${port}/webhooks/fic?from=fic`;
  const run = await startEmulatorCli(['--sink', sink, '--types', 'entities.clients.*', '--company', '7']);
  const { ready } = run;
  expect(ready).toEqual({
    url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/),
    inspectorUrl: `${ready.url}/_emulator/`,
    publicKey: expect.stringContaining('-----BEGIN PUBLIC KEY-----'),
    applicationId: 1234,
    accessToken: 'a/emulator',
  });
  await waitFor(run, () => run.stderr().includes('Nothing listens at'));

  // Started with the key of the line, as a script would: so the line may not wait for the sink.
  const seen: unknown[] = [];
  const receiver = createReceiver({
    sink,
    applicationId: ready.applicationId,
    publicKeys: Buffer.from(ready.publicKey).toString('base64'),
    logger: false,
    handlers: { '*': (event) => seen.push([event.name, event.companyId, event.ids]) },
  });
  const server = createServer(createNodeHandler(receiver)).listen(port, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.close();
  });
  await waitFor(run, () => run.stderr().includes('SUB1 is verified'));

  await control(ready, 'events', { companyId: 7, type: 'entities.clients.update', ids: [4, 5] });
  await expect.poll(() => seen).toContainEqual(['entities.clients.update', 7, [4, 5]]);

  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(run.stdout().split('\n')).toEqual([JSON.stringify(ready), '']);
});

test('tells the subscription in the line when its sink listens already', async () => {
  const sink = await startSink();
  const { ready } = await startEmulatorCli([
    ...['--sink', sink.url, '--mapping', 'structured', '--verification-method', 'header'],
    ...['--types', 'it.fattureincloud.webhooks.products.create,entities.all.delete', '*.email_sent'],
  ]);
  expect(ready.subscription).toMatchObject({
    id: 'SUB1',
    sink: sink.url,
    verified: true,
    mapping: 'structured',
  });
  const types = ready.subscription?.types ?? [];
  expect(types).toContain('it.fattureincloud.webhooks.products.create');
  expect(types).toContain('it.fattureincloud.webhooks.entities.suppliers.delete');
  expect(types).toContain('it.fattureincloud.webhooks.issued_documents.invoices.email_sent');
  expect(types.join()).not.toMatch(/\.all\.|\*|welcome/);
});

test('subscribes to every type that is sent when --types is left out', async () => {
  const sink = await startSink();
  const { ready } = await startEmulatorCli(['--sink', sink.url]);
  const { types } = await control<{ types: { type: string; dead: boolean }[] }>(ready, 'state');
  const live = types.filter(({ dead }) => !dead).map(({ type }) => type);
  expect(live.length).toBeGreaterThan(50);
  expect([...(ready.subscription?.types ?? [])].sort()).toEqual(live.sort());
});

test('--access-token-env takes the access token from the environment and never prints it', async () => {
  const run = await startEmulatorCli(['--access-token-env', 'MY_TOKEN', '--application-id', '77'], {
    MY_TOKEN: 'a/very-secret',
  });
  const { ready } = run;
  expect(ready).toMatchObject({ applicationId: 77, accessToken: null });
  const list = (token: string) =>
    fetch(`${ready.url}/c/7/subscriptions`, { headers: { authorization: `Bearer ${token}` } });
  expect((await list('a/very-secret')).status).toBe(200);
  const { applications } = await control<{ applications: unknown[] }>(ready, 'state');
  expect(applications).toEqual([expect.objectContaining({ id: 77, accessToken: 'a/very-secret' })]);
  run.child.kill('SIGTERM');
  expect(await run.ended).toBe(0);
  expect(run.stdout() + run.stderr()).not.toContain('very-secret');
});

test('--behaviour, --fault, --seed and --clock reach the emulator', async () => {
  const { ready } = await startEmulatorCli([
    ...['--behaviour', 'answerTimeout=2s', 'retryIntervals=1m,10m,2h', '--behaviour', 'onTimeout=retried'],
    ...['--behaviour', 'deliveriesAtOnce=3', '--fault', 'duplicate=0.25', 'api-error=0', '--seed', '42'],
    ...['--clock', 'manual'],
  ]);
  expect(await control(ready, 'state')).toMatchObject({
    behaviour: {
      answerTimeout: 2_000,
      retryIntervals: [60_000, 600_000, 7_200_000],
      onTimeout: 'retried',
      deliveriesAtOnce: 3,
      onReset: 'dropped',
    },
    faults: { seed: 42, probabilities: { duplicate: 0.25, 'api-error': 0, delay: 0 } },
    clock: { mode: 'manual' },
  });
});

test('--clock manual: what is due now happens, a retry waits until the clock is moved', async () => {
  let answers = 0;
  const sink = await startSink({
    onEvent: (answer, response) => (++answers === 1 ? response.writeHead(500).end() : answer()),
  });
  const { ready } = await startEmulatorCli(['--clock', 'manual', '--sink', sink.url]);
  await trigger(ready, [9]);
  await expect.poll(sink.arrived).toBe(1);
  await control(ready, 'clock/advance', { by: '59s' });
  expect(sink.arrived()).toBe(1);
  await control(ready, 'clock/advance', { by: '1s' });
  expect(sink.bodies).toEqual(['{"data":{"ids":[9]}}']);
});

test('--allow-host lets a name through that is not of this machine', async () => {
  const { ready } = await startEmulatorCli(['--allow-host', 'fic.test', 'other.test']);
  const { port } = new URL(ready.url);
  const { request } = await import('node:http');
  const statusFor = async (host: string) => {
    const sent = request({ host: '127.0.0.1', port, path: '/_emulator/health', headers: { host } }).end();
    const [response] = await once(sent, 'response');
    response.resume();
    return response.statusCode as number;
  };
  expect(await statusFor('other.test')).toBe(200);
  expect(await statusFor('evil.test')).not.toBe(200);
});

test('--host other than loopback is said loudly', async () => {
  const run = await startEmulatorCli(['--host', '0.0.0.0']);
  await waitFor(run, () => /^warning: .*0\.0\.0\.0.*network/m.test(run.stderr()));
  // The address of the line can be called all the same.
  expect((await fetch(`${run.ready.inspectorUrl}health`)).status).toBe(200);
});
