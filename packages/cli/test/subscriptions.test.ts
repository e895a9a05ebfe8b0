import { type Emulator, type EmulatorOptions, startEmulator } from '@fic-webhooks/emulator';
import { expect, onTestFinished, test } from 'vitest';
import { findFreePort } from '../../../scripts/find-free-port.js';
import { runCli, runJson } from './support/start-cli.js';
import { startReceiver, startRecorder } from './support/start-server.js';

const token = 'a/very-secret-token';
const env = { FIC_ACCESS_TOKEN: token };
const prefix = 'it.fattureincloud.webhooks.';

interface Subscription {
  readonly id: string;
  readonly sink: string;
  readonly verified: boolean;
  readonly types: string[];
  readonly mapping: string;
}

interface Service {
  readonly fic: Emulator;
  /** The sink of a receiver that trusts the emulator. */
  readonly sink: string;
  /** What every command needs to call the emulator. */
  readonly api: readonly string[];
}

async function startService(options: EmulatorOptions = {}): Promise<Service> {
  const fic = await startEmulator({ applications: [{ id: 1234, accessToken: token }], ...options });
  onTestFinished(() => fic.close());
  const { sink } = await startReceiver(fic.publicKey);
  return { fic, sink, api: ['--company', '7', '--base-url', fic.url] };
}

test('the life of a subscription: ensure, list, get, verify, delete', async () => {
  const { fic, sink, api } = await startService();
  const wanted = [
    'subscriptions',
    'ensure',
    ...api,
    '--sink',
    sink,
    '--types',
    'entities.*.create',
    'products.update',
  ];

  const plan = await runJson<{ status: string; actions: { kind: string; types: string[] }[] }>(
    [...wanted, '--dry-run'],
    { env },
  );
  expect([plan.code, plan.document.status, fic.subscriptions()]).toEqual([0, 'planned', []]);
  expect(plan.document.actions).toMatchObject([
    {
      kind: 'create',
      types: ['entities.clients.create', 'entities.suppliers.create', 'products.update'].map(
        (name) => prefix + name,
      ),
    },
  ]);

  const made = await runCli(wanted, { env });
  expect([made.code, made.stderr]).toEqual([0, '']);
  expect(made.stdout).toContain('✔ The subscription stands, and its sink is verified.');
  expect(made.stdout).toContain('+ products.update');
  const again = await runCli(wanted, { env });
  expect([again.code, again.stdout]).toEqual([0, expect.stringContaining('Nothing had to be written.')]);

  const list = await runCli(['subscriptions', 'list', ...api], { env });
  expect(list.stdout).toMatch(
    new RegExp(`^ID +VERIFIED +TYPES +MAPPING +SINK\nSUB1 +yes +3 +binary +${sink}\n$`),
  );
  const listed = await runJson<{ companyId: number; subscriptions: Subscription[]; rateLimit: object }>(
    ['subscriptions', 'list', ...api],
    { env },
  );
  expect(listed.document).toEqual({
    companyId: 7,
    subscriptions: [{ id: 'SUB1', sink, verified: true, types: expect.any(Array), mapping: 'binary' }],
    rateLimit: expect.objectContaining({ hourlyLimit: 1000, monthlyLimit: 40_000 }),
  });

  const shown = await runCli(['subscriptions', 'get', 'SUB1', ...api], { env });
  expect(shown.stdout).toContain('  verified  ✔ yes\n');
  expect(shown.stdout).toContain('    entities.suppliers.create\n');
  const got = await runJson<{ subscription: Subscription }>(['subscriptions', 'get', 'SUB1', ...api], {
    env,
  });
  expect(got.document.subscription).toEqual(listed.document.subscriptions[0]);

  const verified = await runJson(['subscriptions', 'verify', 'SUB1', ...api], { env });
  expect([verified.code, verified.document]).toEqual([
    0,
    { subscription: got.document.subscription, asked: false },
  ]);

  const unsure = await runCli(['subscriptions', 'delete', 'SUB1', ...api], { env });
  expect([unsure.code, unsure.stdout]).toEqual([2, '']);
  expect(unsure.stderr).toMatch(/--yes is missing, so nothing was sent.*subscriptions get SUB1 --company 7/);
  expect(fic.subscriptions()).toHaveLength(1);
  const deleted = await runJson<{ deleted: Subscription }>(
    ['subscriptions', 'delete', 'SUB1', '--yes', ...api],
    { env },
  );
  expect([deleted.code, deleted.document.deleted]).toEqual([0, got.document.subscription]);
  expect(fic.subscriptions()).toEqual([]);
  const empty = await runCli(['subscriptions', 'list', ...api], { env });
  expect([empty.code, empty.stdout]).toEqual([0, 'Company 7 has no subscription of this application.\n']);
});

test('create tells what was left out, with exit code 1, though the service says success', async () => {
  const { fic, sink, api } = await startService();
  await fic.subscribe({ sink, companyId: 7, types: ['products.create'] });
  const create = [
    'subscriptions',
    'create',
    ...api,
    '--sink',
    `${sink}?b`,
    '--mapping',
    'structured',
    '--types',
  ];
  const { code, document } = await runJson<{ subscription: Subscription; warnings: { kind: string }[] }>(
    [...create, 'products.create', 'products.update'],
    { env },
  );
  expect(code).toBe(1);
  expect(document.subscription).toMatchObject({ types: [`${prefix}products.update`], mapping: 'structured' });
  expect(document.warnings).toMatchObject([{ kind: 'already-registered', type: `${prefix}products.create` }]);
  const human = await runCli([...create, 'products.create', 'taxes.create'], { env });
  expect([human.code, human.stdout]).toEqual([
    1,
    expect.stringContaining("✖ The 'it.fattureincloud.webhooks.products.create' event is already registered"),
  ]);
  expect((await runCli([...create, 'entities.all.delete'], { env })).code).toBe(0);
});

test('ensure says which types are with another sink, and takes them only with --take-over', async () => {
  const { fic, sink, api } = await startService();
  const other = await startReceiver(fic.publicKey);
  await fic.subscribe({ sink: other.sink, companyId: 7, types: ['products.create'] });
  const ensure = ['subscriptions', 'ensure', ...api, '--sink', sink, '--types', 'products.*'];
  const first = await runCli(ensure, { env });
  expect(first.code).toBe(1);
  expect(first.stdout).toMatch(/In the way:\n {2}✖ .*products\.create/);
  expect(first.stdout).toContain(other.sink);
  const second = await runJson<{ status: string }>([...ensure, '--take-over'], { env });
  expect([second.code, second.document.status]).toEqual([0, 'ready']);
});

test('ensure and verify wait only as long as asked for a sink that is not verified', async () => {
  const { fic, api } = await startService({ clock: 'manual' });
  const bad = await startRecorder(() => ({ status: 404 }));
  const ensure = [
    'subscriptions',
    'ensure',
    ...api,
    '--sink',
    bad.url,
    '--types',
    'products.create',
    '--verify-within',
    '1s',
  ];
  const made = await runJson<{ status: string; problems: { code: string }[] }>(ensure, { env });
  expect([made.code, made.document.status]).toEqual([1, 'unverified']);
  await fic.advance('10m');
  const verify = ['subscriptions', 'verify', 'SUB1', ...api, '--verify-within', '1s'];
  const { code, stdout } = await runCli(verify, { env });
  expect(code).toBe(1);
  expect(stdout).toContain('is not verified yet');
  expect(stdout).toContain('fic-webhooks doctor');
});

test('verify waits until the sink is verified', async () => {
  const { fic, api } = await startService({ clock: 'manual' });
  let isMended = false;
  const app = await startReceiver(fic.publicKey, { before: () => (isMended ? undefined : { status: 404 }) });
  const options = { sink: app.sink, companyId: 7, types: ['products.create'] };
  await fic.subscribe(options).catch(() => {});
  await fic.advance('10m');
  isMended = true;
  const { code, document } = await runJson(['subscriptions', 'verify', 'SUB1', ...api], { env });
  expect([code, document]).toMatchObject([0, { asked: true, subscription: { id: 'SUB1', verified: true } }]);
});

test('a refusal: what the service said, what it means and what to do; as a document, too; exit code 1', async () => {
  const { api } = await startService();
  const human = await runCli(['subscriptions', 'get', 'SUB9', ...api], { env });
  expect([human.code, human.stdout]).toEqual([1, '']);
  expect(human.stderr).toMatch(
    /^error: GET \/c\/7\/subscriptions\/SUB9 was answered 404: There is no subscription SUB9/,
  );
  expect(human.stderr).not.toMatch(/^ +at /m);
  const { code, document } = await runJson(['subscriptions', 'get', 'SUB9', ...api], { env });
  expect([code, document]).toEqual([
    1,
    {
      error: expect.objectContaining({
        code: 'api-not-found',
        status: 404,
        message: expect.any(String),
        apiMessage: expect.any(String),
      }),
    },
  ]);
});

test.each([
  ['a disabled application', { disabled: true }, 'api-application-disabled'],
  ['a missing scope', { scopes: ['products:r'] }, 'api-permission'],
  ['a foreign company', { companies: [8] }, 'api-permission'],
])('%s is told apart', async (_title, application, wanted) => {
  const { sink, api } = await startService({ applications: [{ id: 1, accessToken: token, ...application }] });
  const create = ['subscriptions', 'create', ...api, '--sink', sink, '--types', 'entities.clients.create'];
  const { code, document } = await runJson<{ error: { code: string } }>(create, { env });
  expect([code, document.error.code]).toEqual([1, wanted]);
});

test('a quota that is used up says when it is back', async () => {
  const { api } = await startService({ faults: { probabilities: { 'api-quota': 1 }, quotaWindow: 'month' } });
  const { code, document } = await runJson(['subscriptions', 'list', ...api], { env });
  expect([code, document]).toEqual([
    1,
    {
      error: expect.objectContaining({ code: 'api-quota', window: 'month', retryAfter: expect.any(Number) }),
    },
  ]);
});

test('a service that does not answer, and one that redirects: the token goes nowhere else', async () => {
  const silent = [
    '--company',
    '7',
    '--base-url',
    `http://127.0.0.1:${await findFreePort()}`,
    '--timeout',
    '1s',
  ];
  expect((await runJson(['subscriptions', 'list', ...silent], { env })).document).toMatchObject({
    error: { code: 'api-unreachable' },
  });
  const elsewhere = await startRecorder();
  const { url } = await startRecorder(() => ({ status: 302, headers: { location: elsewhere.url } }));
  const { code, document } = await runJson(['subscriptions', 'list', '--company', '7', '--base-url', url], {
    env,
  });
  expect([code, document]).toMatchObject([1, { error: { code: 'api-redirected' } }]);
  expect(elsewhere.requests).toEqual([]);
});

test('what the service says cannot steer the terminal', async () => {
  const evil = `${String.fromCharCode(27)}[2J\u202eevil`;
  const subscription = {
    id: 'SUB1',
    sink: `https://example.com/${evil}`,
    verified: true,
    types: [evil],
    config: { mapping: evil },
  };
  const { url } = await startRecorder(({ url }) =>
    url.endsWith('SUB1')
      ? {
          status: 200,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ data: subscription }),
        }
      : {
          status: 404,
          headers: { 'content-type': 'application/json' },
          body: JSON.stringify({ error: { message: evil } }),
        },
  );
  const api = ['--company', '7', '--base-url', url];
  for (const id of ['SUB1', 'SUB2']) {
    for (const json of [[], ['--json']]) {
      const { stdout, stderr } = await runCli(['subscriptions', 'get', id, ...api, ...json], { env });
      expect(stdout + stderr).toContain('evil');
      expect(stdout + stderr).not.toMatch(/[^\P{Cc}\n]|\u202e/u);
    }
  }
});

test('--access-token-env names another variable', async () => {
  const { api } = await startService();
  const list = ['subscriptions', 'list', ...api, '--access-token-env', 'OTHER'];
  expect((await runCli(list, { env: { OTHER: `Bearer ${token}\n` } })).code).toBe(0);
});
