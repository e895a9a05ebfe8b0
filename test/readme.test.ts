import { execFileSync } from 'node:child_process';
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { challengeRequest, createTestKeyPair, runConformance, signNotification } from '@fic-webhooks/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { pickSnippet, readSnippets, root } from './support/read-snippets.js';
import { SnippetWorkshop } from './support/snippet-workshop.js';

const { privateKey, publicKey } = createTestKeyPair();
const signing = { privateKey, sink: 'https://example.com/webhooks/fic' };
const snippets = await readSnippets('README.md');

let workshop: SnippetWorkshop;
beforeAll(async () => {
  workshop = await SnippetWorkshop.open(publicKey);
});
afterAll(() => workshop.close());

test('every snippet is run below', () => {
  expect(snippets.map(({ heading }) => heading)).toEqual(['Quick start', 'Never lose an event']);
});

test('the snippets compile under strict settings', async () => {
  expect(await workshop.findTypeErrors(snippets)).toEqual([]);
});

test('Quick start: the server conforms, runs the handlers and ends well', async () => {
  const app = await workshop.start(pickSnippet(snippets, 'Quick start'), '/webhooks/fic');
  const challenge = challengeRequest(signing);
  expect(JSON.parse((await app.send(challenge)).body)).toEqual({ verification: challenge.challenge });
  const invoice = { name: 'issued_documents.invoices.create', companyId: 7, ids: [5] };
  expect((await app.send(signNotification(invoice, signing))).status).toBe(204);
  await app.printed('invoice 5 of company 7');
  expect(
    (await app.send(signNotification({ name: 'entities.clients.delete', ids: [1] }, signing))).status,
  ).toBe(204);
  await app.printed('entities.clients.delete [ 1 ]');

  const results = await runConformance({ ...signing, send: app.send });
  expect(results.filter(({ result }) => result === 'fail')).toEqual([]);
  await app.printed('ALERT token-audience');
  expect(await app.stop()).toBe(0);
});

test('Never lose an event: it is answered 202 before it is handled, and again when it comes again', async () => {
  const app = await workshop.start(pickSnippet(snippets, 'Never lose an event'), '/webhooks/fic');
  const notification = signNotification({ name: 'entities.clients.create', ids: [9] }, signing);
  expect((await app.send(notification)).status).toBe(202);
  await app.printed('handled entities.clients.create [ 9 ]');
  expect((await app.send(notification)).status).toBe(202);
  expect(await app.stop()).toBe(0);
});

// Those that git does not know yet are looked at too.
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .trim()
  .split('\n');

test.each(pages)('%s links to what is there', async (path) => {
  for (const [, target = ''] of (await readText(path)).matchAll(/\]\((?!https?:|mailto:)([^)\s]+)\)/g)) {
    const [file = '', anchor] = target.split('#', 2);
    const linked = file === '' ? path : join(dirname(path), file);
    await expect(access(join(root, linked)), `${path} links to ${target}`).resolves.toBeUndefined();
    if (anchor !== undefined)
      expect(await readAnchors(linked), `${path} links to ${target}`).toContain(anchor);
  }
});

async function readText(path: string): Promise<string> {
  return (await readFile(join(root, path), 'utf8')).replaceAll(/^ *```.*?^ *```$/gms, '');
}

/** The anchors that are made of headings: lower case, no punctuation, hyphens for spaces. */
async function readAnchors(path: string): Promise<string[]> {
  const headings = (await readText(path)).matchAll(/^#+ (.*)$/gm);
  return [...headings].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
