import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { pathToFileURL } from 'node:url';
import { type Emulator, startEmulator } from '@fic-webhooks/emulator';
import {
  challengeRequest,
  createTestKeyPair,
  runConformance,
  type Send,
  signNotification,
} from '@fic-webhooks/testing';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest';
import { type Sink, startSink } from './subscriptions/support/start-sink.js';
import { pickSnippet, readSnippets, type Snippet } from './support/read-snippets.js';
import { SnippetWorkshop } from './support/snippet-workshop.js';

const { privateKey, publicKey } = createTestKeyPair();
const signing = { privateKey, sink: 'https://example.com/webhooks/fic' };
const snippets = await readSnippets('packages/core/README.md');
const pick = (heading: string, index?: number) => pickSnippet(snippets, heading, index);

let workshop: SnippetWorkshop;
beforeAll(async () => {
  workshop = await SnippetWorkshop.open(publicKey);
});
afterAll(() => workshop.close());

test('every snippet is run below', () => {
  expect(snippets.map(({ heading }) => heading)).toEqual([
    'Use',
    'Handlers',
    'Own your route',
    'Other runtimes',
    'The catalogue',
    'Subscriptions',
    'Keeping it',
    'The calls by themselves',
    'CloudEvents',
    'CloudEvents',
    'Errors',
  ]);
});

test('the snippets compile under strict settings', async () => {
  expect(await workshop.findTypeErrors(snippets)).toEqual([]);
});

test('Use: challenge, event, the rest of the server, the end', async () => {
  const app = await workshop.start(pick('Use'), '/webhooks/fic');
  const challenge = challengeRequest(signing);
  expect(JSON.parse((await app.send(challenge)).body)).toEqual({ verification: challenge.challenge });
  const event = { name: 'entities.clients.create', companyId: 7, ids: [1, 2] };
  expect((await app.send(signNotification(event, signing))).status).toBe(204);
  await app.printed('create 7 [ 1, 2 ]');
  expect((await fetch(new URL('/elsewhere', app.url))).status).toBe(404);
  expect(await app.stop()).toBe(0);
});

test('Handlers: each gets what it asked for', async () => {
  const app = await workshop.start(pick('Handlers'), '/');
  const type = 'it.fattureincloud.webhooks.entities.leads.create';
  const cases = [
    [{ name: 'issued_documents.invoices.create', companyId: 7, ids: [5] }, 'invoice 5 of company 7'],
    [{ name: 'entities.clients.delete', ids: [1] }, 'client [ 1 ]'],
    [{ name: 'entities.suppliers.delete', ids: [2] }, 'supplier [ 2 ]'],
    [{ name: 'cashbook.create', ids: ['a', '0012'] }, 'a 0012'],
    [{ type, ids: [3] }, 'lead [ 3 ]'],
    [{ name: 'products.create', ids: [4] }, 'not handled: products.create'],
  ] as const;
  for (const [event, line] of cases) {
    expect((await app.send(signNotification(event, signing))).status).toBe(204);
    await app.printed(line);
  }
  await app.stop();
});

test('Own your route: refusals are answered, events are given', async () => {
  const app = await workshop.start(pick('Own your route'), '/');
  expect((await app.send(challengeRequest(signing))).status).toBe(200);
  expect((await app.send({ body: '{}' })).status).toBe(401);
  expect((await app.send(signNotification({ ids: [9] }, signing))).status).toBe(204);
  await app.printed('entities.clients.create [ 9 ]');
  await app.stop();
});

test('Other runtimes: the handler conforms', async () => {
  const file = await workshop.compile(pick('Other runtimes'));
  const { handleRequest } = (await import(pathToFileURL(file).href)) as {
    handleRequest: (request: Request) => Promise<Response>;
  };
  const send: Send = async ({ method, headers, query, body }) => {
    const url = `${signing.sink}?${new URLSearchParams(query)}`;
    const response = await handleRequest(
      new Request(url, { method, headers, ...(body !== undefined && { body }) }),
    );
    return {
      status: response.status,
      headers: Object.fromEntries(response.headers),
      body: await response.text(),
    };
  };
  // It runs in this process, and has no option to be quiet.
  for (const method of ['log', 'warn', 'error'] as const) vi.spyOn(console, method).mockReturnValue();
  const results = await runConformance({ ...signing, send });
  vi.restoreAllMocks();
  expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
  expect(results.filter(({ result }) => result === 'pass').length).toBeGreaterThan(100);
});

test('The catalogue: it prints what it says', async () => {
  expect(await workshop.run(pick('The catalogue'))).toBe(
    "[ 'products:r', 'stock:r' ]\ntrue\n[ 'entities.clients.create', 'entities.suppliers.create' ]\n",
  );
});

describe('the Subscriptions API', () => {
  let fic: Emulator;
  let sink: Sink;
  beforeEach(async () => {
    fic = await startEmulator({ logger: false });
    sink = await startSink();
  });
  afterEach(async () => {
    await fic.close();
    await sink.close();
  });

  /** The snippet with the emulator in place of the service, and a sink that can be reached. */
  function pickForEmulator(heading: string): Snippet {
    const { text } = pick(heading);
    return {
      heading,
      text: text
        .replaceAll('companyId: 108061,', `$& baseUrl: ${JSON.stringify(fic.url)},`)
        .replaceAll(signing.sink, sink.url)
        .replaceAll(/process\.env\[.*?\] \?\? ''/g, "'a/emulator'"),
    };
  }

  test('Subscriptions: ensure makes it stand, and does nothing the second time', async () => {
    expect(await workshop.run(pickForEmulator('Subscriptions'))).toBe('ready SUB1\n');
    const made = fic.subscriptions();
    expect(made).toMatchObject([{ sink: sink.url, verified: true }]);
    expect(await workshop.run(pickForEmulator('Subscriptions'))).toBe('ready SUB1\n');
    expect(fic.subscriptions()).toEqual(made);
  });

  test('Keeping it: a lost subscription comes back, with an alert', async () => {
    const { text } = pickForEmulator('Keeping it');
    // Checks a second apart, and a process that lives on.
    const lively = text.replace('15 * 60_000', '1_000').concat('\nsetInterval(() => {}, 1_000);');
    const child = spawn(process.execPath, [await workshop.compile({ heading: 'Keeping it', text: lively })]);
    let output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (printed: string) => {
        output += printed;
      });
    }
    const printed = (line: string) => vi.waitFor(() => expect(output).toContain(line), { timeout: 20_000 });
    await printed('ready');
    const api = `${fic.url}/c/108061/subscriptions/SUB1`;
    await fetch(api, { method: 'DELETE', headers: { authorization: 'Bearer a/emulator' } });
    await printed('ALERT subscription-restored');
    expect(fic.subscriptions()).toMatchObject([{ id: 'SUB2' }]);
    const closed = once(child, 'close');
    child.kill('SIGKILL');
    await closed;
  });

  test('The calls by themselves: it prints what it says', async () => {
    expect(await workshop.run(pickForEmulator('The calls by themselves'))).toBe(
      [
        "[ 'entity.clients:r', 'entity.suppliers:r' ]",
        '1',
        '[]',
        'api-not-found 404 /c/108061/subscriptions/SUB1',
        'true',
        '',
      ].join('\n'),
    );
  });
});

test('CloudEvents: the event goes on', async () => {
  const app = await workshop.start(pick('CloudEvents'), '/');
  expect((await app.send(signNotification({ ids: [9] }, signing))).status).toBe(204);
  await app.printed('application/cloudevents+json true');
  await app.printed('it.fattureincloud.webhooks.entities.clients.create {"ids":[9]}');
  await app.stop();
});

test('CloudEvents: the codec says what is wrong', async () => {
  expect(await workshop.run(pick('CloudEvents', 1))).toBe('400 missing specversion\n');
});

test('Errors: it prints what it says', async () => {
  expect(await workshop.run(pick('Errors'))).toBe('sink-insecure sink\ntrue\n');
});
