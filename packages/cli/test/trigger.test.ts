import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { defaultApplication, startEmulator } from '@fic-webhooks/emulator';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { makeFolder, makeKey } from './support/make-folder.js';
import { runCli, runJson } from './support/start-cli.js';
import { startReceiver, startRecorder } from './support/start-server.js';

const type = 'entities.clients.create';

interface Sent {
  readonly publicKey: string;
  readonly events: {
    id: string;
    status: number | null;
    delivered: boolean;
    meaning: string;
    code?: string;
    hint?: string;
  }[];
}

test('a receiver that trusts the key handles the events', async () => {
  const key = await makeKey();
  const { sink, events } = await startReceiver(key.publicKey);
  const args = ['trigger', type, '--sink', sink, '--private-key', key.file];
  const { code, stdout, stderr } = await runCli([
    ...args,
    '--company',
    '7',
    '--ids',
    '1,2',
    '3',
    '--count',
    '3',
  ]);
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toMatch(/^(?:✔ entities\.clients\.create {2}204 in \d+ ms\. Delivered\.\n){3}$/);
  expect(events.map(({ name, companyId, ids, mode }) => [name, companyId, ids, mode])).toEqual(
    Array(3).fill([type, 7, [1, 2, 3], 'binary']),
  );
  expect(new Set(events.map(({ id }) => id)).size).toBe(3);
});

test('--mode, --url, --application-id and ids of the cashbook', async () => {
  const key = await makeKey();
  const sink = 'https://example.com/webhooks/fic';
  const app = await startReceiver(key.publicKey, { sink, applicationId: 77 });
  const { code, document } = await runJson<Sent>([
    ...['trigger', 'it.fattureincloud.webhooks.cashbook.update', '--sink', sink, '--url', app.sink],
    ...['--application-id', '77', '--mode', 'structured', '--ids', 'abc', '--private-key', key.file],
  ]);
  expect(code).toBe(0);
  expect(document).toEqual({
    type: 'cashbook.update',
    sink,
    url: app.sink,
    publicKey: key.publicKey,
    events: [
      {
        id: app.events[0]?.id,
        status: 204,
        delivered: true,
        meaning: 'Delivered.',
        milliseconds: expect.any(Number),
      },
    ],
  });
  expect(app.events).toMatchObject([{ name: 'cashbook.update', mode: 'structured', ids: ['abc'] }]);
});

test.each([
  ['PEM', (pem: string) => pem],
  ['PEM on one line', (pem: string) => pem.replaceAll('\n', '\\n')],
  ['base64 of a PEM', (pem: string) => Buffer.from(pem).toString('base64')],
])('FIC_PRIVATE_KEY may be %s', async (_title, write) => {
  const key = await makeKey();
  const { sink } = await startReceiver(key.publicKey);
  const { code, stderr } = await runCli(['trigger', type, '--sink', sink], {
    env: { FIC_PRIVATE_KEY: write(key.privateKey) },
  });
  expect([code, stderr]).toEqual([0, '']);
});

test('without a key one is made for this run, and the public half is told', async () => {
  const key = await makeKey();
  const { sink, events } = await startReceiver(key.publicKey);
  const { code, document, stderr } = await runJson<Sent>(['trigger', type, '--sink', sink]);
  expect(code).toBe(1);
  expect(stderr).toContain('one was made for this run alone. To keep one: --save-key');
  const [, told = ''] = /^export FIC_PUBLIC_KEY=(\S+)$/m.exec(stderr) ?? [];
  expect(Buffer.from(told, 'base64').toString()).toBe(document.publicKey);
  expect(document.events).toMatchObject([{ status: 503, delivered: false, code: 'signing-key-unknown' }]);
  expect(document.events[0]?.hint).toContain('trusts another key');
  expect(events).toEqual([]);
});

test('--save-key keeps a key for its owner alone, which works from then on and is never overwritten', async () => {
  const file = join(await makeFolder(), 'key.pem');
  const silent = `http://127.0.0.1:${await findFreePort()}/`;
  const first = await runCli(['trigger', type, '--sink', silent, '--save-key', file]);
  expect(first.code).toBe(1);
  expect(first.stdout).toContain('Nobody answers');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const [, told = ''] = /^export FIC_PUBLIC_KEY=(\S+)$/m.exec(first.stderr) ?? [];
  const { sink } = await startReceiver(told);
  expect((await runCli(['trigger', type, '--sink', sink, '--private-key', file])).code).toBe(0);
  const kept = await readFile(file, 'utf8');
  const again = await runCli(['trigger', type, '--sink', sink, '--save-key', file]);
  expect([again.code, again.stdout]).toEqual([2, '']);
  expect(again.stderr).toContain(`there is a file ${file} already`);
  expect(await readFile(file, 'utf8')).toBe(kept);
  expect(first.stdout + first.stderr).not.toContain('PRIVATE');
});

test.each([
  [200, true, /Delivered/],
  [202, true, /Delivered/],
  [302, false, /follows no redirect/],
  [401, false, /would not send it again.*10 days/],
  [410, false, /delete the subscription at once/],
  [429, false, /would not send it again/],
  [500, false, /send it again, four times in all/],
])('%i is explained by what Fatture in Cloud would do', async (status, delivered, meaning) => {
  const key = await makeKey();
  const elsewhere = await startRecorder();
  const { url, requests } = await startRecorder(() => ({ status, headers: { location: elsewhere.url } }));
  const { code, document } = await runJson<Sent>(['trigger', type, '--sink', url, '--private-key', key.file]);
  expect(code).toBe(delivered ? 0 : 1);
  expect(document.events).toMatchObject([{ status, delivered, meaning: expect.stringMatching(meaning) }]);
  expect(requests).toHaveLength(1);
  expect(elsewhere.requests).toEqual([]);
});

test('an answer that does not come ends at --timeout', async () => {
  const key = await makeKey();
  const { createServer } = await import('node:net');
  const server = createServer(() => {}).listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as { port: number };
  const url = `http://127.0.0.1:${port}/`;
  const { code, document } = await runJson<Sent>([
    'trigger',
    type,
    '--sink',
    url,
    '--private-key',
    key.file,
    '--timeout',
    '200ms',
  ]);
  expect(code).toBe(1);
  expect(document.events).toMatchObject([{ status: null, code: 'send-timeout' }]);
});

test('a type that is never sent is sent with a warning, a newer one with --unlisted', async () => {
  const key = await makeKey();
  const { sink, events } = await startReceiver(key.publicKey);
  const args = ['--sink', sink, '--private-key', key.file];
  const dead = await runCli(['trigger', 'issued_documents.self_invoices.create', ...args]);
  expect([dead.code, dead.stderr]).toEqual([
    0,
    expect.stringContaining('never sends issued_documents.self_invoices.create'),
  ]);
  expect((await runCli(['trigger', 'entities.leads.create', '--unlisted', ...args])).code).toBe(0);
  expect(events.map(({ type: full }) => full).at(-1)).toBe(
    'it.fattureincloud.webhooks.entities.leads.create',
  );
});

test('what an endpoint answers cannot steer the terminal', async () => {
  const key = await makeKey();
  const escapeCode = String.fromCharCode(27);
  const { url } = await startRecorder(() => ({
    status: 500,
    body: JSON.stringify({ code: `${escapeCode}[2Jevil` }),
  }));
  const { stdout } = await runCli(['trigger', type, '--sink', url, '--private-key', key.file]);
  expect(stdout).toContain('evil');
  expect(stdout).not.toContain(escapeCode);
});

test('--emulator lets a running emulator send it, and tells what became of it', async () => {
  const fic = await startEmulator({ behaviour: { welcomeDelay: 3_600_000 } });
  onTestFinished(() => fic.close());
  const { sink, events } = await startReceiver(fic.publicKey, { applicationId: defaultApplication.id });
  const args = ['trigger', type, '--emulator', `${fic.url}/`];

  const nobody = await runCli(args);
  expect(nobody.code).toBe(1);
  expect(nobody.stdout).toContain('Company 108061 has no subscription.');

  await fic.subscribe({ sink, types: [type] });
  const { code, stdout } = await runCli([...args, '--ids', '9', '--count', '2']);
  expect(code).toBe(0);
  expect(stdout).toMatch(/^(?:✔ #\d+ \S+ {2}204 {2}204 is success\.\n){2}$/);
  expect(events.map(({ ids }) => ids)).toEqual([[9], [9]]);
  const other = await runJson<{ deliveries: unknown[]; notSent: unknown[] }>([
    'trigger',
    'products.create',
    '--emulator',
    fic.inspectorUrl,
  ]);
  expect(other.code).toBe(1);
  expect(other.document).toMatchObject({
    deliveries: [],
    notSent: [{ subscriptionId: 'SUB1', why: 'It does not list this type.' }],
  });
});

test('--emulator tells a delivery that failed', async () => {
  const fic = await startEmulator({ behaviour: { welcomeDelay: 3_600_000 } });
  onTestFinished(() => fic.close());
  let status = 200;
  const { sink } = await startReceiver(fic.publicKey, {
    before: () => (status === 200 ? undefined : { status }),
  });
  await fic.subscribe({ sink, types: [type] });
  status = 404;
  const { code, stdout } = await runCli(['trigger', type, '--emulator', fic.url]);
  expect(code).toBe(1);
  expect(stdout).toMatch(/^✖ #\d+ \S+ {2}404 {2}404 is neither success/);
});

test('an emulator that is none or does not run is said: exit code 1', async () => {
  const silent = `http://127.0.0.1:${await findFreePort()}`;
  const { code, document, stderr } = await runJson(['trigger', type, '--emulator', silent]);
  expect(code).toBe(1);
  expect(document).toMatchObject({ error: { code: 'emulator-unreachable' } });
  expect(stderr).toContain('Start one: fic-webhooks emulator');
  const { url } = await startRecorder(() => ({ status: 200, body: '<html>' }));
  expect((await runJson(['trigger', type, '--emulator', url])).document).toMatchObject({
    error: { code: 'emulator-refused' },
  });
});
