import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { createReceiver, type NewDeadLetter } from '@fic-webhooks/core';
import { type Emulator, startEmulator } from '@fic-webhooks/emulator';
import { sqliteInbox } from '@fic-webhooks/sqlite';
import {
  challengeRequest,
  createTestKeyPair,
  runConformance,
  type Send,
  signNotification,
  type TestEvent,
} from '@fic-webhooks/testing';
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
  vi,
} from 'vitest';
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
    'Inbox',
    'The worker',
    'A worker of its own',
    'Dead letters',
    'An inbox of your own',
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

describe('Inbox', () => {
  // Each test has a file of its own in the place of the one file of the README.
  let file = '';
  let count = 0;
  beforeEach(() => {
    file = join(workshop.folder, `events-${++count}.db`);
  });

  function pickWithFile(heading: string): Snippet {
    const { text } = pick(heading);
    expect(text).toContain("'fic-events.db'");
    return { heading, text: text.replace("'fic-events.db'", JSON.stringify(file)) };
  }

  /** Stores an event as another process does that only receives. */
  async function store(event: TestEvent): Promise<void> {
    const receiver = createReceiver({
      ...{ sink: signing.sink, applicationId: 1234, publicKeys: publicKey, worker: false },
      inbox: sqliteInbox({ file }),
    });
    const { headers, body } = signNotification(event, signing);
    const bytes = new TextEncoder().encode(body);
    const request = { method: 'POST', headers, query: () => undefined, body: async () => ({ bytes }) };
    expect((await receiver.handle(request)).status).toBe(202);
    await receiver.close();
  }

  test('the events are stored, and both handlers run; the app says that it is ready, and ends', async () => {
    const app = await workshop.start(pickWithFile('Inbox'), '/webhooks/fic');
    const notification = signNotification({ ids: [1, 2] }, signing);
    expect((await app.send(notification)).status).toBe(202);
    await app.printed('saved [ 1, 2 ]\nfound [ 1, 2 ]');
    expect((await app.send(notification)).status).toBe(202);
    expect((await app.send(signNotification({ name: 'products.create' }, signing))).status).toBe(202);
    await app.printed('ALERT dead-letter');
    const ready = await fetch(new URL('/ready', app.url));
    expect(ready.status).toBe(200);
    expect(await ready.json()).toMatchObject({
      ready: true,
      inbox: { worker: 'running', waiting: 0, deadLetters: 1 },
    });
    expect(await app.stop()).toBe(0);
  });

  test('The worker: a quota costs no attempt, a failure costs one', async () => {
    const answers: [number, Record<string, string>, string][] = [
      [403, { 'retry-after': '1' }, ''],
      [500, {}, ''],
      [200, {}, 'invoice 7'],
    ];
    const paths: (string | undefined)[] = [];
    const api = createServer((req, res) => {
      const [status, headers, body] = answers[paths.push(req.url) - 1] ?? [404, {}, ''];
      res.writeHead(status, headers).end(body);
    }).listen(0);
    onTestFinished(() => void api.close());
    await store({ name: 'issued_documents.invoices.create', companyId: 5, ids: [7] });
    const worker = await workshop.launch(pickWithFile('The worker'), (api.address() as AddressInfo).port);
    await worker.printed('read invoice 7');
    await worker.printed('attempt 2 of issued_documents.invoices.create for ');
    expect(paths).toEqual(['/c/5/invoices/7', '/c/5/invoices/7', '/c/5/invoices/7']);
    await worker.stop();
  });

  test('A worker of its own: it works on what another process has stored, and ends', async () => {
    await store({ ids: [5] });
    const worker = await workshop.launch(pickWithFile('A worker of its own'));
    await worker.printed('worked on entities.clients.create [ 5 ]');
    await store({ name: 'products.create', ids: [6] });
    await worker.printed('worked on products.create [ 6 ]');
    expect(await worker.stop()).toBe(0);
  });

  test('Dead letters: one is tried again, one is done with', async () => {
    const inbox = sqliteInbox({ file });
    const letter = { name: 'products.create', payload: { kind: 'raw', headers: [], body: '', claims: {} } };
    for (const [index, reason] of (['attempts', 'unhandled', 'conflict'] as const).entries()) {
      const key = String(index).repeat(64);
      const times = { receivedAt: Date.now(), retention: 60_000 };
      await inbox.bury({
        ...letter,
        ...times,
        key,
        fingerprint: key,
        reason,
        error: 'why',
      } as unknown as NewDeadLetter);
    }
    expect(await workshop.run(pickWithFile('Dead letters'))).toBe(
      ['attempts', 'unhandled', 'conflict']
        .map((reason) => `${reason} products.create after 0 attempts: why\n`)
        .join(''),
    );
    expect((await inbox.deadLetters.list()).map(({ reason }) => reason)).toEqual(['conflict']);
    expect((await inbox.health()).waiting).toBe(1);
    await inbox.close();
  });

  test('An inbox of your own: it passes', async () => {
    expect(await workshop.run(pick('An inbox of your own'))).toBe('[]\ntrue\n');
  });
});

test('Errors: it prints what it says', async () => {
  expect(await workshop.run(pick('Errors'))).toBe('sink-insecure sink\ntrue\n');
});
