import { pathToFileURL } from 'node:url';
import {
  challengeRequest,
  createTestKeyPair,
  runConformance,
  type Send,
  signNotification,
} from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { pickSnippet, readSnippets } from './support/read-snippets.js';
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
